// Written by scripts/ecg-feature-concepts.ts from the catalogue of ECGomics: do not edit.
RuleSet: EcgFeatureConcepts
* #ecg-p-presence "P wave" "Whether atrial waves precede the beats: present, absent (fibrillation, flutter, paced) or unclear. Unit: 1, of the recording. Reference: His Bundle. Method: module ecgomics. Population: any unless said."
* #ecg-p-presence ^property[0].code = #kind
* #ecg-p-presence ^property[0].valueCode = #observation
* #ecg-p-duration "P duration" "Global P onset to global P offset of the median beat. Unit: ms, of the recording. Reference: CSE Working Party 1985, Eur Heart J 6:815; IEC 60601-2-25:2011. Method: module ecgomics. Population: any unless said."
* #ecg-p-duration ^property[0].code = #kind
* #ecg-p-duration ^property[0].valueCode = #observation
* #ecg-pr-interval "PR interval" "Global P onset to global QRS onset of the median beat. Unit: ms, of the recording. Reference: CSE Working Party 1985, Eur Heart J 6:815; IEC 60601-2-25:2011. Method: module ecgomics. Population: any unless said."
* #ecg-pr-interval ^property[0].code = #kind
* #ecg-pr-interval ^property[0].valueCode = #observation
* #ecg-pr-segment "PR segment" "Global P offset to global QRS onset of the median beat. Unit: ms, of the recording. Reference: CSE Working Party 1985, Eur Heart J 6:815; IEC 60601-2-25:2011. Method: module ecgomics. Population: any unless said."
* #ecg-pr-segment ^property[0].code = #kind
* #ecg-pr-segment ^property[0].valueCode = #observation
* #ecg-qrs-duration "QRS duration" "Global QRS onset to global QRS offset of the median beat. Unit: ms, of the recording. Reference: CSE Working Party 1985, Eur Heart J 6:815; IEC 60601-2-25:2011. Method: module ecgomics. Population: any unless said."
* #ecg-qrs-duration ^property[0].code = #kind
* #ecg-qrs-duration ^property[0].valueCode = #observation
* #ecg-qt-interval "QT interval" "Global QRS onset to global T offset of the median beat. Unit: ms, of the recording. Reference: Rautaharju PM et al. 2009, AHA/ACCF/HRS part IV, Circulation 119:e241. Method: module ecgomics. Population: any unless said."
* #ecg-qt-interval ^property[0].code = #kind
* #ecg-qt-interval ^property[0].valueCode = #observation
* #ecg-jt-interval "JT interval" "Global QRS offset (J) to global T offset of the median beat. Formula: QT - QRS. Unit: ms, of the recording. Reference: Rautaharju PM et al. 2009, AHA/ACCF/HRS part IV, Circulation 119:e241. Method: module ecgomics. Population: any unless said."
* #ecg-jt-interval ^property[0].code = #kind
* #ecg-jt-interval ^property[0].valueCode = #observation
* #ecg-jt-corrected "JTc" "Repolarisation corrected for heart rate and free of QRS duration. Formula: QTc (Fridericia) - QRS. Unit: ms, of the recording. Reference: Rautaharju PM et al. 2009, AHA/ACCF/HRS part IV, Circulation 119:e241. Method: module ecgomics. Population: any unless said."
* #ecg-jt-corrected ^property[0].code = #kind
* #ecg-jt-corrected ^property[0].valueCode = #observation
* #ecg-st-duration "ST segment" "Global QRS offset (J) to global T onset of the median beat. Unit: ms, of the recording. Reference: CSE Working Party 1985, Eur Heart J 6:815; IEC 60601-2-25:2011. Method: module ecgomics. Population: any unless said."
* #ecg-st-duration ^property[0].code = #kind
* #ecg-st-duration ^property[0].valueCode = #observation
* #ecg-t-duration "T duration" "Global T onset to global T offset of the median beat. Unit: ms, of the recording. Reference: CSE Working Party 1985, Eur Heart J 6:815; IEC 60601-2-25:2011. Method: module ecgomics. Population: any unless said."
* #ecg-t-duration ^property[0].code = #kind
* #ecg-t-duration ^property[0].valueCode = #observation
* #ecg-t-peak-end "Tpeak-Tend" "T peak to T offset, median over the leads of the median beat. Unit: ms, of the recording. Reference: Antzelevitch C et al. 2007, Heart Rhythm 4:1114. Method: module ecgomics. Population: any unless said."
* #ecg-t-peak-end ^property[0].code = #kind
* #ecg-t-peak-end ^property[0].valueCode = #observation
* #ecg-t-peak-end-qt "Tpeak-Tend / QT" "Share of the QT interval that follows the T peak. Formula: Tpeak-Tend / QT. Unit: 1, of the recording. Reference: Gupta P et al. 2008, J Electrocardiol 41:567. Method: module ecgomics. Population: any unless said."
* #ecg-t-peak-end-qt ^property[0].code = #kind
* #ecg-t-peak-end-qt ^property[0].valueCode = #observation
* #ecg-qt-dispersion "QT dispersion" "Longest minus shortest QT over at least 8 leads of the median beat. Formula: max(QT of lead) - min(QT of lead). Unit: ms, of the recording. Reference: Day CP et al. 1990, Br Heart J 63:342; limits of use: Malik M, Batchvarov VN 2000, J Am Coll Cardiol 36:1749. Method: module ecgomics. Population: any unless said."
* #ecg-qt-dispersion ^property[0].code = #kind
* #ecg-qt-dispersion ^property[0].valueCode = #observation
* #ecg-p-dispersion "P dispersion" "Longest minus shortest P duration over at least 8 leads of the median beat. Formula: max(P of lead) - min(P of lead). Unit: ms, of the recording. Reference: Dilaveris PE et al. 1998, Am Heart J 135:733. Method: module ecgomics. Population: any unless said."
* #ecg-p-dispersion ^property[0].code = #kind
* #ecg-p-dispersion ^property[0].valueCode = #observation
* #ecg-qt-bazett "QTc Bazett" "Global QT of the median beat, corrected by the median RR before the beats it was made of. RR in s, QT in ms. Formula: QT / RR^(1/2). Unit: ms, of the recording. Reference: Bazett HC 1920, Heart 7:353. Method: module ecgomics. Population: any unless said."
* #ecg-qt-bazett ^property[0].code = #kind
* #ecg-qt-bazett ^property[0].valueCode = #observation
* #ecg-qt-fridericia "QTc Fridericia" "Global QT of the median beat, corrected by the median RR before the beats it was made of. RR in s, QT in ms. Formula: QT / RR^(1/3). Unit: ms, of the recording. Reference: Fridericia LS 1920, Acta Med Scand 53:469. Method: module ecgomics. Population: any unless said."
* #ecg-qt-fridericia ^property[0].code = #kind
* #ecg-qt-fridericia ^property[0].valueCode = #observation
* #ecg-qt-framingham "QTc Framingham" "Global QT of the median beat, corrected by the median RR before the beats it was made of. RR in s, QT in ms. Formula: QT + 154 (1 - RR). Unit: ms, of the recording. Reference: Sagie A et al. 1992, Am J Cardiol 70:797. Method: module ecgomics. Population: any unless said."
* #ecg-qt-framingham ^property[0].code = #kind
* #ecg-qt-framingham ^property[0].valueCode = #observation
* #ecg-qt-hodges "QTc Hodges" "Global QT of the median beat, corrected by the median RR before the beats it was made of. RR in s, QT in ms. Formula: QT + 1.75 (60 / RR - 60). Unit: ms, of the recording. Reference: Hodges M et al. 1983, J Am Coll Cardiol 1:694. Method: module ecgomics. Population: any unless said."
* #ecg-qt-hodges ^property[0].code = #kind
* #ecg-qt-hodges ^property[0].valueCode = #observation
* #ecg-p-axis "P axis" "Direction of the mean vector of the wave in the frontal plane, from its net areas in I and aVF of the median beat. Formula: atan2(2 / sqrt(3) x area(aVF), area(I)). Unit: deg, of the recording. Reference: Surawicz B et al. 2009, AHA/ACCF/HRS part III, Circulation 119:e235. Method: module ecgomics. Population: any unless said."
* #ecg-p-axis ^property[0].code = #kind
* #ecg-p-axis ^property[0].valueCode = #observation
* #ecg-qrs-axis "QRS axis" "Direction of the mean vector of the wave in the frontal plane, from its net areas in I and aVF of the median beat. Formula: atan2(2 / sqrt(3) x area(aVF), area(I)). Unit: deg, of the recording. Reference: Surawicz B et al. 2009, AHA/ACCF/HRS part III, Circulation 119:e235. Method: module ecgomics. Population: any unless said."
* #ecg-qrs-axis ^property[0].code = #kind
* #ecg-qrs-axis ^property[0].valueCode = #observation
* #ecg-qrs-axis-category "QRS axis, in words" "QRS axis: normal -30 to 90, left -30 to -90, right 90 to 180, extreme -90 to -180 deg. Formula: atan2(2 / sqrt(3) x area(aVF), area(I)). Unit: 1, of the recording. Reference: Surawicz B et al. 2009, AHA/ACCF/HRS part III, Circulation 119:e235. Method: module ecgomics. Population: any unless said."
* #ecg-qrs-axis-category ^property[0].code = #kind
* #ecg-qrs-axis-category ^property[0].valueCode = #observation
* #ecg-t-axis "T axis" "Direction of the mean vector of the wave in the frontal plane, from its net areas in I and aVF of the median beat. Formula: atan2(2 / sqrt(3) x area(aVF), area(I)). Unit: deg, of the recording. Reference: Surawicz B et al. 2009, AHA/ACCF/HRS part III, Circulation 119:e235. Method: module ecgomics. Population: any unless said."
* #ecg-t-axis ^property[0].code = #kind
* #ecg-t-axis ^property[0].valueCode = #observation
* #ecg-qrs-t-angle-frontal "QRS-T angle, frontal" "Angle between QRS axis and T axis in the frontal plane. Formula: |QRS axis - T axis|, at most 180. Unit: deg, of the recording. Reference: Oehler A et al. 2014, Ann Noninvasive Electrocardiol 19:534. Method: module ecgomics. Population: any unless said."
* #ecg-qrs-t-angle-frontal ^property[0].code = #kind
* #ecg-qrs-t-angle-frontal ^property[0].valueCode = #observation
* #ecg-qrs-t-angle-spatial "QRS-T angle, spatial" "Angle in space between the area vectors of QRS and of J to T offset, by the orthogonal leads of Kors. Formula: acos(QRS . T / (|QRS| |T|)). Unit: deg, of the recording. Reference: Scherptong RWC et al. 2008, J Electrocardiol 41:648; Kors JA et al. 1990, Eur Heart J 11:1083 (matrix). Method: module ecgomics. Population: any unless said."
* #ecg-qrs-t-angle-spatial ^property[0].code = #kind
* #ecg-qrs-t-angle-spatial ^property[0].valueCode = #observation
* #ecg-r-progression "R progression" "normal, poor (R in V3 at most 0.3 mV) or reversed (R falls by 0.05 mV from V1 to V2, V2 to V3 or V3 to V4 while under 1 mV). Unit: 1, of the recording. Reference: Zema MJ, Kligfield P 1979, J Electrocardiol 12:3. Method: module ecgomics. Population: any unless said."
* #ecg-r-progression ^property[0].code = #kind
* #ecg-r-progression ^property[0].valueCode = #observation
* #ecg-r-transition-lead "Transition lead" "First of V1 to V6 where R is at least as high as S is deep. Unit: 1, of the recording. Reference: Surawicz B, Knilans TK 2008, Chou's Electrocardiography in Clinical Practice, 6th ed.. Method: module ecgomics. Population: any unless said."
* #ecg-r-transition-lead ^property[0].code = #kind
* #ecg-r-transition-lead ^property[0].valueCode = #observation
* #ecg-r-transition-zone "Transition zone" "Where R / (R + S) passes one half between two neighbouring chest leads; 3.5 lies between V3 and V4. Formula: linear interpolation of R / (R + S) over lead number. Unit: 1, of the recording. Reference: His Bundle. Method: module ecgomics. Population: any unless said."
* #ecg-r-transition-zone ^property[0].code = #kind
* #ecg-r-transition-zone ^property[0].valueCode = #observation
* #ecg-qrs-fragmentation-leads "Notched leads" "Number of leads with at least one QRS notch. Unit: 1, of the recording. Reference: Das MK et al. 2006, Circulation 113:2495. Method: module ecgomics. Population: any unless said."
* #ecg-qrs-fragmentation-leads ^property[0].code = #kind
* #ecg-qrs-fragmentation-leads ^property[0].valueCode = #observation
* #ecg-qrs-fragmented "Fragmented QRS" "fragmented when two neighbouring leads of a territory (II III aVF; I aVL V5 V6; V1 to V5) are notched and QRS is under 120 ms; wide when QRS is 120 ms or more; else none. Unit: 1, of the recording. Reference: Das MK et al. 2006, Circulation 113:2495. Method: module ecgomics. Population: any unless said."
* #ecg-qrs-fragmented ^property[0].code = #kind
* #ecg-qrs-fragmented ^property[0].valueCode = #observation
* #ecg-template-correlation "Beat likeness" "Median correlation of the beats of the dominant shape with their template. Unit: 1, of the recording. Reference: His Bundle. Method: module ecgomics. Population: any unless said."
* #ecg-template-correlation ^property[0].code = #kind
* #ecg-template-correlation ^property[0].valueCode = #observation
* #ecg-template-share "Share of the dominant shape" "Beats of the dominant shape over all beats. Unit: 1, of the recording. Reference: His Bundle. Method: module ecgomics. Population: any unless said."
* #ecg-template-share ^property[0].code = #kind
* #ecg-template-share ^property[0].valueCode = #observation
* #ecg-waves-present "Waves" "Waves found in the lead's median beat, in order: P Q R S R' S' T (QS for a negative complex). Unit: 1, of one lead. Reference: His Bundle. Method: module ecgomics. Population: any unless said."
* #ecg-waves-present ^property[0].code = #kind
* #ecg-waves-present ^property[0].valueCode = #observation
* #ecg-p-direction "P direction" "upright, inverted, biphasic (both lobes from 20 uV and 20 % of the larger) or flat (no lobe of 20 uV over 20 ms). Unit: 1, of one lead. Reference: His Bundle. Method: module ecgomics. Population: any unless said."
* #ecg-p-direction ^property[0].code = #kind
* #ecg-p-direction ^property[0].valueCode = #observation
* #ecg-p-form "P form" "single, or the order of the lobes: plus-minus, minus-plus. Unit: 1, of one lead. Reference: His Bundle. Method: module ecgomics. Population: any unless said."
* #ecg-p-form ^property[0].code = #kind
* #ecg-p-form ^property[0].valueCode = #observation
* #ecg-p-duration-lead "P duration of the lead" "P onset to offset of the lead's own marks. Unit: ms, of one lead. Reference: CSE Working Party 1985, Eur Heart J 6:815; IEC 60601-2-25:2011. Method: module ecgomics. Population: any unless said."
* #ecg-p-duration-lead ^property[0].code = #kind
* #ecg-p-duration-lead ^property[0].valueCode = #observation
* #ecg-qrs-form "QRS form" "QRS in letters; capital from 0.5 mV on: qRs, rS, QS, rsR'. Unit: 1, of one lead. Reference: His Bundle. Method: module ecgomics. Population: any unless said."
* #ecg-qrs-form ^property[0].code = #kind
* #ecg-qrs-form ^property[0].valueCode = #observation
* #ecg-qrs-duration-lead "QRS duration of the lead" "QRS onset to offset of the lead's own marks. Unit: ms, of one lead. Reference: CSE Working Party 1985, Eur Heart J 6:815; IEC 60601-2-25:2011. Method: module ecgomics. Population: any unless said."
* #ecg-qrs-duration-lead ^property[0].code = #kind
* #ecg-qrs-duration-lead ^property[0].valueCode = #observation
* #ecg-q-duration "Q duration" "Width of Q at the level before QRS onset. Unit: ms, of one lead. Reference: CSE Working Party 1985, Eur Heart J 6:815; IEC 60601-2-25:2011. Method: module ecgomics. Population: any unless said."
* #ecg-q-duration ^property[0].code = #kind
* #ecg-q-duration ^property[0].valueCode = #observation
* #ecg-r-duration "R duration" "Width of R at the level before QRS onset. Unit: ms, of one lead. Reference: CSE Working Party 1985, Eur Heart J 6:815; IEC 60601-2-25:2011. Method: module ecgomics. Population: any unless said."
* #ecg-r-duration ^property[0].code = #kind
* #ecg-r-duration ^property[0].valueCode = #observation
* #ecg-s-duration "S duration" "Width of S at the level before QRS onset. Unit: ms, of one lead. Reference: CSE Working Party 1985, Eur Heart J 6:815; IEC 60601-2-25:2011. Method: module ecgomics. Population: any unless said."
* #ecg-s-duration ^property[0].code = #kind
* #ecg-s-duration ^property[0].valueCode = #observation
* #ecg-r-prime-duration "R' duration" "Width of R' at the level before QRS onset. Unit: ms, of one lead. Reference: CSE Working Party 1985, Eur Heart J 6:815; IEC 60601-2-25:2011. Method: module ecgomics. Population: any unless said."
* #ecg-r-prime-duration ^property[0].code = #kind
* #ecg-r-prime-duration ^property[0].valueCode = #observation
* #ecg-r-peak-time "R peak time" "Global QRS onset to the peak of R (of S in a QS complex). Unit: ms, of one lead. Reference: Perez-Riera AR et al. 2016, Ann Noninvasive Electrocardiol 21:120; Kligfield P et al. 2007. Method: module ecgomics. Population: any unless said."
* #ecg-r-peak-time ^property[0].code = #kind
* #ecg-r-peak-time ^property[0].valueCode = #observation
* #ecg-qrs-notches "QRS notches" "Turning points of QRS beyond those of its waves, in pairs; a turn counts from 4 % of the height and 30 uV on. Unit: 1, of one lead. Reference: Das MK et al. 2006, Circulation 113:2495 (read by eye there; limits ours). Method: module ecgomics. Population: any unless said."
* #ecg-qrs-notches ^property[0].code = #kind
* #ecg-qrs-notches ^property[0].valueCode = #observation
* #ecg-t-direction "T direction" "upright from 0.1 mV, inverted from -0.1 mV, flat between, biphasic (both lobes from 20 uV and 20 % of the larger). Unit: 1, of one lead. Reference: Rautaharju PM et al. 2009, AHA/ACCF/HRS part IV, Circulation 119:e241. Method: module ecgomics. Population: any unless said."
* #ecg-t-direction ^property[0].code = #kind
* #ecg-t-direction ^property[0].valueCode = #observation
* #ecg-t-form "T form" "single, or the order of the lobes: plus-minus, minus-plus. Unit: 1, of one lead. Reference: His Bundle. Method: module ecgomics. Population: any unless said."
* #ecg-t-form ^property[0].code = #kind
* #ecg-t-form ^property[0].valueCode = #observation
* #ecg-qt-lead "QT of the lead" "Global QRS onset to the lead's own T offset. Unit: ms, of one lead. Reference: CSE Working Party 1985, Eur Heart J 6:815; IEC 60601-2-25:2011. Method: module ecgomics. Population: any unless said."
* #ecg-qt-lead ^property[0].code = #kind
* #ecg-qt-lead ^property[0].valueCode = #observation
* #ecg-t-peak-end-lead "Tpeak-Tend of the lead" "T peak to offset of the lead's own marks. Unit: ms, of one lead. Reference: CSE Working Party 1985, Eur Heart J 6:815; IEC 60601-2-25:2011. Method: module ecgomics. Population: any unless said."
* #ecg-t-peak-end-lead ^property[0].code = #kind
* #ecg-t-peak-end-lead ^property[0].valueCode = #observation
* #ecg-st-form "ST form" "Slope from J to J+80 ms: upsloping from 0.5 mV/s, downsloping from -0.5 mV/s, horizontal between. Unit: 1, of one lead. Reference: His Bundle. Method: module ecgomics. Population: any unless said."
* #ecg-st-form ^property[0].code = #kind
* #ecg-st-form ^property[0].valueCode = #observation
* #ecg-template-correlation-lead "Beat likeness of the lead" "Median correlation of the beats with the median beat from QRS onset to T offset. Unit: 1, of one lead. Reference: His Bundle. Method: module ecgomics. Population: any unless said."
* #ecg-template-correlation-lead ^property[0].code = #kind
* #ecg-template-correlation-lead ^property[0].valueCode = #observation
* #ecg-voltage-sokolow-lyon "Sokolow-Lyon" "S in V1 + the larger R of V5 and V6. Formula: S(V1) + max(R(V5), R(V6)). Unit: mV, of the recording. Reference: Sokolow M, Lyon TP 1949, Am Heart J 37:161. Method: module ecgomics. Population: any unless said."
* #ecg-voltage-sokolow-lyon ^property[0].code = #kind
* #ecg-voltage-sokolow-lyon ^property[0].valueCode = #observation
* #ecg-voltage-cornell "Cornell voltage" "R in aVL + S in V3. Formula: R(aVL) + S(V3). Unit: mV, of the recording. Reference: Casale PN et al. 1985, J Am Coll Cardiol 6:572. Method: module ecgomics. Population: any unless said."
* #ecg-voltage-cornell ^property[0].code = #kind
* #ecg-voltage-cornell ^property[0].valueCode = #observation
* #ecg-voltage-cornell-product "Cornell product" "Cornell voltage, with 0.6 mV added for women, times QRS duration; needs the sex. Formula: (R(aVL) + S(V3) + 0.6 mV if female) x QRS. Unit: mV.ms, of the recording. Reference: Okin PM et al. 1995, J Am Coll Cardiol 25:417; Dahlof B et al. 1998, Hypertension 32:989. Method: module ecgomics. Population: any unless said."
* #ecg-voltage-cornell-product ^property[0].code = #kind
* #ecg-voltage-cornell-product ^property[0].valueCode = #observation
* #ecg-voltage-peguero "Peguero-Lo Presti" "Deepest S of the twelve leads + S in V4. Formula: max(S) + S(V4). Unit: mV, of the recording. Reference: Peguero JG et al. 2017, J Am Coll Cardiol 69:1694. Method: module ecgomics. Population: any unless said."
* #ecg-voltage-peguero ^property[0].code = #kind
* #ecg-voltage-peguero ^property[0].valueCode = #observation
* #ecg-voltage-low "Low voltage" "Whether QRS stays under 0.5 mV peak to peak in all limb leads, under 1.0 mV in all chest leads: none, limb, precordial, all. Unit: 1, of the recording. Reference: Kligfield P et al. 2007, AHA/ACC/HRS part I, Circulation 115:1306. Method: module ecgomics. Population: any unless said."
* #ecg-voltage-low ^property[0].code = #kind
* #ecg-voltage-low ^property[0].valueCode = #observation
* #ecg-p-terminal-force "P terminal force in V1" "Depth x duration of the negative end of P in V1; 0 where P ends without one. Formula: depth x duration. Unit: mV.ms, of the recording. Reference: Morris JJ et al. 1964, Circulation 29:242. Method: module ecgomics. Population: any unless said."
* #ecg-p-terminal-force ^property[0].code = #kind
* #ecg-p-terminal-force ^property[0].valueCode = #observation
* #ecg-vector-qrs "QRS area vector" "Length of the area vector of QRS by the orthogonal leads of Kors. Formula: sqrt(X^2 + Y^2 + Z^2), each the net area of QRS. Unit: mV.ms, of the recording. Reference: van Deursen CJM et al. 2014, J Electrocardiol 47:202; Kors JA et al. 1990, Eur Heart J 11:1083 (matrix). Method: module ecgomics. Population: any unless said."
* #ecg-vector-qrs ^property[0].code = #kind
* #ecg-vector-qrs ^property[0].valueCode = #observation
* #ecg-vector-t "T area vector" "Length of the area vector from J to T offset by the orthogonal leads of Kors. Formula: sqrt(X^2 + Y^2 + Z^2), each the net area of J to T offset. Unit: mV.ms, of the recording. Reference: Kors JA et al. 1990, Eur Heart J 11:1083 (matrix). Method: module ecgomics. Population: any unless said."
* #ecg-vector-t ^property[0].code = #kind
* #ecg-vector-t ^property[0].valueCode = #observation
* #ecg-vector-gradient "Spatial ventricular gradient" "Length of the sum of the QRS and T area vectors. Formula: |QRS + T|. Unit: mV.ms, of the recording. Reference: Scherptong RWC et al. 2008, J Electrocardiol 41:648; Kors JA et al. 1990, Eur Heart J 11:1083 (matrix). Method: module ecgomics. Population: any unless said."
* #ecg-vector-gradient ^property[0].code = #kind
* #ecg-vector-gradient ^property[0].valueCode = #observation
* #ecg-late-qrs-duration "Filtered QRS duration" "Onset to offset of QRS in the vector magnitude of the orthogonal leads, 40-250 Hz. Unit: ms, of the recording. Reference: Simson MB 1981, Circulation 64:235; Breithardt G et al. 1991, ESC/AHA/ACC Task Force, Circulation 83:1481. Method: module ecgomics. Population: any unless said."
* #ecg-late-qrs-duration ^property[0].code = #kind
* #ecg-late-qrs-duration ^property[0].valueCode = #observation
* #ecg-late-las40 "LAS40" "Time at the end of the filtered QRS during which the vector magnitude stays below 40 uV. Unit: ms, of the recording. Reference: Simson MB 1981, Circulation 64:235; Breithardt G et al. 1991, ESC/AHA/ACC Task Force, Circulation 83:1481. Method: module ecgomics. Population: any unless said."
* #ecg-late-las40 ^property[0].code = #kind
* #ecg-late-las40 ^property[0].valueCode = #observation
* #ecg-late-rms40 "RMS40" "Root mean square of the vector magnitude over the last 40 ms of the filtered QRS. Unit: uV, of the recording. Reference: Simson MB 1981, Circulation 64:235; Breithardt G et al. 1991, ESC/AHA/ACC Task Force, Circulation 83:1481. Method: module ecgomics. Population: any unless said."
* #ecg-late-rms40 ^property[0].code = #kind
* #ecg-late-rms40 ^property[0].valueCode = #observation
* #ecg-late-noise "Late potential noise" "Root mean square of the vector magnitude in a quiet part of the ST segment. Unit: uV, of the recording. Reference: Simson MB 1981, Circulation 64:235; Breithardt G et al. 1991, ESC/AHA/ACC Task Force, Circulation 83:1481. Method: module ecgomics. Population: any unless said."
* #ecg-late-noise ^property[0].code = #kind
* #ecg-late-noise ^property[0].valueCode = #observation
* #ecg-p-amplitude "P amplitude" "Larger lobe of P from the level before P onset, signed. Unit: mV, of one lead. Reference: CSE Working Party 1985, Eur Heart J 6:815; IEC 60601-2-25:2011. Method: module ecgomics. Population: any unless said."
* #ecg-p-amplitude ^property[0].code = #kind
* #ecg-p-amplitude ^property[0].valueCode = #observation
* #ecg-q-amplitude "Q amplitude" "Q from the level before QRS onset, negative; a wave from 20 uV and 6 ms on. A QS complex has no Q: its depth is S. Unit: mV, of one lead. Reference: CSE Working Party 1985, Eur Heart J 6:815; IEC 60601-2-25:2011. Method: module ecgomics. Population: any unless said."
* #ecg-q-amplitude ^property[0].code = #kind
* #ecg-q-amplitude ^property[0].valueCode = #observation
* #ecg-r-amplitude "R amplitude" "R from the level before QRS onset. Unit: mV, of one lead. Reference: CSE Working Party 1985, Eur Heart J 6:815; IEC 60601-2-25:2011. Method: module ecgomics. Population: any unless said."
* #ecg-r-amplitude ^property[0].code = #kind
* #ecg-r-amplitude ^property[0].valueCode = #observation
* #ecg-s-amplitude "S amplitude" "S from the level before QRS onset, negative; the depth of a QS complex. Unit: mV, of one lead. Reference: CSE Working Party 1985, Eur Heart J 6:815; IEC 60601-2-25:2011. Method: module ecgomics. Population: any unless said."
* #ecg-s-amplitude ^property[0].code = #kind
* #ecg-s-amplitude ^property[0].valueCode = #observation
* #ecg-r-prime-amplitude "R' amplitude" "R' from the level before QRS onset. Unit: mV, of one lead. Reference: CSE Working Party 1985, Eur Heart J 6:815; IEC 60601-2-25:2011. Method: module ecgomics. Population: any unless said."
* #ecg-r-prime-amplitude ^property[0].code = #kind
* #ecg-r-prime-amplitude ^property[0].valueCode = #observation
* #ecg-s-prime-amplitude "S' amplitude" "S' from the level before QRS onset, negative. Unit: mV, of one lead. Reference: CSE Working Party 1985, Eur Heart J 6:815; IEC 60601-2-25:2011. Method: module ecgomics. Population: any unless said."
* #ecg-s-prime-amplitude ^property[0].code = #kind
* #ecg-s-prime-amplitude ^property[0].valueCode = #observation
* #ecg-t-amplitude "T amplitude" "Larger lobe of T from the level before QRS onset, signed. Unit: mV, of one lead. Reference: CSE Working Party 1985, Eur Heart J 6:815; IEC 60601-2-25:2011. Method: module ecgomics. Population: any unless said."
* #ecg-t-amplitude ^property[0].code = #kind
* #ecg-t-amplitude ^property[0].valueCode = #observation
* #ecg-qrs-peak-to-peak "QRS peak to peak" "Highest minus deepest deflection of QRS. Unit: mV, of one lead. Reference: CSE Working Party 1985, Eur Heart J 6:815; IEC 60601-2-25:2011. Method: module ecgomics. Population: any unless said."
* #ecg-qrs-peak-to-peak ^property[0].code = #kind
* #ecg-qrs-peak-to-peak ^property[0].valueCode = #observation
* #ecg-st-j "ST at J" "Level at the J point (global QRS offset) from the level before QRS onset. Unit: mV, of one lead. Reference: Thygesen K et al. 2018, Fourth Universal Definition, Circulation 138:e618; Kligfield P et al. 2007, Circulation 115:1306. Method: module ecgomics. Population: any unless said."
* #ecg-st-j ^property[0].code = #kind
* #ecg-st-j ^property[0].valueCode = #observation
* #ecg-st-j40 "ST at J+40" "Level 40 ms behind the J point (global QRS offset) from the level before QRS onset. Unit: mV, of one lead. Reference: Thygesen K et al. 2018, Fourth Universal Definition, Circulation 138:e618; Kligfield P et al. 2007, Circulation 115:1306. Method: module ecgomics. Population: any unless said."
* #ecg-st-j40 ^property[0].code = #kind
* #ecg-st-j40 ^property[0].valueCode = #observation
* #ecg-st-j60 "ST at J+60" "Level 60 ms behind the J point (global QRS offset) from the level before QRS onset. Unit: mV, of one lead. Reference: Thygesen K et al. 2018, Fourth Universal Definition, Circulation 138:e618; Kligfield P et al. 2007, Circulation 115:1306. Method: module ecgomics. Population: any unless said."
* #ecg-st-j60 ^property[0].code = #kind
* #ecg-st-j60 ^property[0].valueCode = #observation
* #ecg-st-j80 "ST at J+80" "Level 80 ms behind the J point (global QRS offset) from the level before QRS onset. Unit: mV, of one lead. Reference: Thygesen K et al. 2018, Fourth Universal Definition, Circulation 138:e618; Kligfield P et al. 2007, Circulation 115:1306. Method: module ecgomics. Population: any unless said."
* #ecg-st-j80 ^property[0].code = #kind
* #ecg-st-j80 ^property[0].valueCode = #observation
* #ecg-st-slope "ST slope" "Straight slope from J to J+80 ms. Formula: (ST at J+80 - ST at J) / 0.08 s. Unit: mV/s, of one lead. Reference: Rautaharju PM et al. 2009, AHA/ACCF/HRS part IV, Circulation 119:e241. Method: module ecgomics. Population: any unless said."
* #ecg-st-slope ^property[0].code = #kind
* #ecg-st-slope ^property[0].valueCode = #observation
* #ecg-ratio-r-s "R/S" "R over depth of S; absent where one of them is missing. Formula: R / |S|. Unit: 1, of one lead. Reference: CSE Working Party 1985, Eur Heart J 6:815; IEC 60601-2-25:2011. Method: module ecgomics. Population: any unless said."
* #ecg-ratio-r-s ^property[0].code = #kind
* #ecg-ratio-r-s ^property[0].valueCode = #observation
* #ecg-ratio-q-r "Q/R" "Depth of Q over R; absent where one of them is missing. Formula: |Q| / R. Unit: 1, of one lead. Reference: CSE Working Party 1985, Eur Heart J 6:815; IEC 60601-2-25:2011. Method: module ecgomics. Population: any unless said."
* #ecg-ratio-q-r ^property[0].code = #kind
* #ecg-ratio-q-r ^property[0].valueCode = #observation
* #ecg-ratio-r-t "R/T" "R over T, signed as T; absent where one of them is missing. Formula: R / T. Unit: 1, of one lead. Reference: CSE Working Party 1985, Eur Heart J 6:815; IEC 60601-2-25:2011. Method: module ecgomics. Population: any unless said."
* #ecg-ratio-r-t ^property[0].code = #kind
* #ecg-ratio-r-t ^property[0].valueCode = #observation
* #ecg-p-area "P area" "Net area of P from the level before P onset. Unit: mV.ms, of one lead. Reference: CSE Working Party 1985, Eur Heart J 6:815; IEC 60601-2-25:2011. Method: module ecgomics. Population: any unless said."
* #ecg-p-area ^property[0].code = #kind
* #ecg-p-area ^property[0].valueCode = #observation
* #ecg-qrs-area "QRS area" "Net area of QRS from the level before its onset. Unit: mV.ms, of one lead. Reference: CSE Working Party 1985, Eur Heart J 6:815; IEC 60601-2-25:2011. Method: module ecgomics. Population: any unless said."
* #ecg-qrs-area ^property[0].code = #kind
* #ecg-qrs-area ^property[0].valueCode = #observation
* #ecg-t-area "T area" "Net area from T onset to T offset from the level before QRS onset. Unit: mV.ms, of one lead. Reference: CSE Working Party 1985, Eur Heart J 6:815; IEC 60601-2-25:2011. Method: module ecgomics. Population: any unless said."
* #ecg-t-area ^property[0].code = #kind
* #ecg-t-area ^property[0].valueCode = #observation
* #ecg-st-t-area "ST-T area" "Net area from J to T offset from the level before QRS onset. Unit: mV.ms, of one lead. Reference: CSE Working Party 1985, Eur Heart J 6:815; IEC 60601-2-25:2011. Method: module ecgomics. Population: any unless said."
* #ecg-st-t-area ^property[0].code = #kind
* #ecg-st-t-area ^property[0].valueCode = #observation
* #ecg-qrs-slope-up "QRS upslope" "Steepest rise within QRS over 8 ms. Unit: mV/s, of one lead. Reference: Pueyo E et al. 2008, IEEE Trans Biomed Eng 55:1773 (QRS slopes). Method: module ecgomics. Population: any unless said."
* #ecg-qrs-slope-up ^property[0].code = #kind
* #ecg-qrs-slope-up ^property[0].valueCode = #observation
* #ecg-qrs-slope-down "QRS downslope" "Steepest fall within QRS over 8 ms, negative. Unit: mV/s, of one lead. Reference: Pueyo E et al. 2008, IEEE Trans Biomed Eng 55:1773 (QRS slopes). Method: module ecgomics. Population: any unless said."
* #ecg-qrs-slope-down ^property[0].code = #kind
* #ecg-qrs-slope-down ^property[0].valueCode = #observation
* #ecg-t-slope-up "T upslope" "Steepest rise within T over 8 ms. Unit: mV/s, of one lead. Reference: His Bundle. Method: module ecgomics. Population: any unless said."
* #ecg-t-slope-up ^property[0].code = #kind
* #ecg-t-slope-up ^property[0].valueCode = #observation
* #ecg-t-slope-down "T downslope" "Steepest fall within T over 8 ms, negative. Unit: mV/s, of one lead. Reference: His Bundle. Method: module ecgomics. Population: any unless said."
* #ecg-t-slope-down ^property[0].code = #kind
* #ecg-t-slope-down ^property[0].valueCode = #observation
* #ecg-t-symmetry "T symmetry" "Area before the T peak over area behind it; not given for a biphasic T. Formula: area(onset to peak) / area(peak to offset). Unit: 1, of one lead. Reference: di Bernardo D, Murray A 2000, Nature 403:40. Method: module ecgomics. Population: any unless said."
* #ecg-t-symmetry ^property[0].code = #kind
* #ecg-t-symmetry ^property[0].valueCode = #observation
* #ecg-band-0-5 "Energy 0-5 Hz" "Energy of the median beat (200 ms before QRS onset to 50 ms behind T offset, faded at the ends) between 0 and 5 Hz. Formula: sum of |X(f)|^2 df. Unit: mV2.s, of one lead. Reference: Thakor NV et al. 1984, IEEE Trans Biomed Eng 31:702 (spectra of P, QRS, T). Method: module ecgomics. Population: any unless said."
* #ecg-band-0-5 ^property[0].code = #kind
* #ecg-band-0-5 ^property[0].valueCode = #observation
* #ecg-band-5-15 "Energy 5-15 Hz" "Energy of the median beat (200 ms before QRS onset to 50 ms behind T offset, faded at the ends) between 5 and 15 Hz. Formula: sum of |X(f)|^2 df. Unit: mV2.s, of one lead. Reference: Thakor NV et al. 1984, IEEE Trans Biomed Eng 31:702 (spectra of P, QRS, T). Method: module ecgomics. Population: any unless said."
* #ecg-band-5-15 ^property[0].code = #kind
* #ecg-band-5-15 ^property[0].valueCode = #observation
* #ecg-band-15-40 "Energy 15-40 Hz" "Energy of the median beat (200 ms before QRS onset to 50 ms behind T offset, faded at the ends) between 15 and 40 Hz. Formula: sum of |X(f)|^2 df. Unit: mV2.s, of one lead. Reference: Thakor NV et al. 1984, IEEE Trans Biomed Eng 31:702 (spectra of P, QRS, T). Method: module ecgomics. Population: any unless said."
* #ecg-band-15-40 ^property[0].code = #kind
* #ecg-band-15-40 ^property[0].valueCode = #observation
* #ecg-noise-level "Noise" "Root mean square about a straight line between T offset and the next P onset (QRS onset where no P is), median over the beats. Fibrillation waves count as noise. Unit: uV, of one lead. Reference: His Bundle. Method: module ecgomics. Population: any unless said."
* #ecg-noise-level ^property[0].code = #kind
* #ecg-noise-level ^property[0].valueCode = #observation
* #ecg-noise-averaged "Noise of the median beat" "Standard error of the median beat away from the waves. Unit: uV, of one lead. Reference: His Bundle. Method: module ecgomics. Population: any unless said."
* #ecg-noise-averaged ^property[0].code = #kind
* #ecg-noise-averaged ^property[0].valueCode = #observation
* #ecg-heart-rate "Heart rate" "Beats per minute from the median RR interval of all beats. Formula: 60000 / median(RR). Unit: /min, of the recording. Reference: Task Force of the ESC and NASPE 1996, Circulation 93:1043. Method: module ecgomics. Population: any unless said."
* #ecg-heart-rate ^property[0].code = #kind
* #ecg-heart-rate ^property[0].valueCode = #observation
* #ecg-rr-mean "Mean RR" "Mean of all RR intervals. Unit: ms, of the recording. Reference: Task Force of the ESC and NASPE 1996, Circulation 93:1043. Method: module ecgomics. Population: any unless said."
* #ecg-rr-mean ^property[0].code = #kind
* #ecg-rr-mean ^property[0].valueCode = #observation
* #ecg-rr-median "Median RR" "Median of all RR intervals. Unit: ms, of the recording. Reference: Task Force of the ESC and NASPE 1996, Circulation 93:1043. Method: module ecgomics. Population: any unless said."
* #ecg-rr-median ^property[0].code = #kind
* #ecg-rr-median ^property[0].valueCode = #observation
* #ecg-rr-min "Shortest RR" "Shortest RR interval. Unit: ms, of the recording. Reference: Task Force of the ESC and NASPE 1996, Circulation 93:1043. Method: module ecgomics. Population: any unless said."
* #ecg-rr-min ^property[0].code = #kind
* #ecg-rr-min ^property[0].valueCode = #observation
* #ecg-rr-max "Longest RR" "Longest RR interval. Unit: ms, of the recording. Reference: Task Force of the ESC and NASPE 1996, Circulation 93:1043. Method: module ecgomics. Population: any unless said."
* #ecg-rr-max ^property[0].code = #kind
* #ecg-rr-max ^property[0].valueCode = #observation
* #ecg-rr-cv "RR variation" "Standard deviation over mean of all RR intervals. Formula: SD(RR) / mean(RR). Unit: 1, of the recording. Reference: Task Force of the ESC and NASPE 1996, Circulation 93:1043. Method: module ecgomics. Population: any unless said."
* #ecg-rr-cv ^property[0].code = #kind
* #ecg-rr-cv ^property[0].valueCode = #observation
* #ecg-beats-count "Beats" "Beats found. Unit: 1, of the recording. Reference: His Bundle. Method: module ecgomics. Population: any unless said."
* #ecg-beats-count ^property[0].code = #kind
* #ecg-beats-count ^property[0].valueCode = #observation
* #ecg-beats-supraventricular "Supraventricular ectopic beats" "Early beats of the dominant shape. Unit: 1, of the recording. Reference: His Bundle. Method: module ecgomics. Population: any unless said."
* #ecg-beats-supraventricular ^property[0].code = #kind
* #ecg-beats-supraventricular ^property[0].valueCode = #observation
* #ecg-beats-ventricular "Ventricular ectopic beats" "Beats of another, wide shape. Unit: 1, of the recording. Reference: His Bundle. Method: module ecgomics. Population: any unless said."
* #ecg-beats-ventricular ^property[0].code = #kind
* #ecg-beats-ventricular ^property[0].valueCode = #observation
* #ecg-hrv-sdnn "SDNN" "Standard deviation of normal-to-normal intervals. Unit: ms, of the recording. Reference: Task Force of the ESC and NASPE 1996, Circulation 93:1043. Method: module ecgomics. Population: any unless said."
* #ecg-hrv-sdnn ^property[0].code = #kind
* #ecg-hrv-sdnn ^property[0].valueCode = #observation
* #ecg-hrv-sdann "SDANN" "Standard deviation of the means of all 5-minute segments. Unit: ms, of the recording. Reference: Task Force of the ESC and NASPE 1996, Circulation 93:1043. Method: module ecgomics. Population: any unless said."
* #ecg-hrv-sdann ^property[0].code = #kind
* #ecg-hrv-sdann ^property[0].valueCode = #observation
* #ecg-hrv-sdnn-index "SDNN index" "Mean of the standard deviations of all 5-minute segments. Unit: ms, of the recording. Reference: Task Force of the ESC and NASPE 1996, Circulation 93:1043. Method: module ecgomics. Population: any unless said."
* #ecg-hrv-sdnn-index ^property[0].code = #kind
* #ecg-hrv-sdnn-index ^property[0].valueCode = #observation
* #ecg-hrv-rmssd "RMSSD" "Root mean square of differences of successive normal-to-normal intervals. Unit: ms, of the recording. Reference: Task Force of the ESC and NASPE 1996, Circulation 93:1043. Method: module ecgomics. Population: any unless said."
* #ecg-hrv-rmssd ^property[0].code = #kind
* #ecg-hrv-rmssd ^property[0].valueCode = #observation
* #ecg-hrv-sdsd "SDSD" "Standard deviation of differences of successive normal-to-normal intervals. Unit: ms, of the recording. Reference: Task Force of the ESC and NASPE 1996, Circulation 93:1043. Method: module ecgomics. Population: any unless said."
* #ecg-hrv-sdsd ^property[0].code = #kind
* #ecg-hrv-sdsd ^property[0].valueCode = #observation
* #ecg-hrv-pnn20 "pNN20" "Share of successive differences above 20 ms. Unit: %, of the recording. Reference: Mietus JE et al. 2002, Heart 88:378. Method: module ecgomics. Population: any unless said."
* #ecg-hrv-pnn20 ^property[0].code = #kind
* #ecg-hrv-pnn20 ^property[0].valueCode = #observation
* #ecg-hrv-pnn50 "pNN50" "Share of successive differences above 50 ms. Unit: %, of the recording. Reference: Task Force of the ESC and NASPE 1996, Circulation 93:1043. Method: module ecgomics. Population: any unless said."
* #ecg-hrv-pnn50 ^property[0].code = #kind
* #ecg-hrv-pnn50 ^property[0].valueCode = #observation
* #ecg-hrv-triangular-index "HRV triangular index" "Number of intervals over the height of their histogram in bins of 1/128 s. Unit: 1, of the recording. Reference: Task Force of the ESC and NASPE 1996, Circulation 93:1043. Method: module ecgomics. Population: any unless said."
* #ecg-hrv-triangular-index ^property[0].code = #kind
* #ecg-hrv-triangular-index ^property[0].valueCode = #observation
* #ecg-hrv-tinn "TINN" "Base of the triangle fitted to the histogram of intervals. Unit: ms, of the recording. Reference: Task Force of the ESC and NASPE 1996, Circulation 93:1043. Method: module ecgomics. Population: any unless said."
* #ecg-hrv-tinn ^property[0].code = #kind
* #ecg-hrv-tinn ^property[0].valueCode = #observation
* #ecg-hrv-ulf "ULF" "Power of the intervals' spectrum in 0 to 0.003 Hz. Unit: ms2, of the recording. Reference: Task Force of the ESC and NASPE 1996, Circulation 93:1043. Method: module ecgomics. Population: any unless said."
* #ecg-hrv-ulf ^property[0].code = #kind
* #ecg-hrv-ulf ^property[0].valueCode = #observation
* #ecg-hrv-vlf "VLF" "Power of the intervals' spectrum in 0.003 to 0.04 Hz. Unit: ms2, of the recording. Reference: Task Force of the ESC and NASPE 1996, Circulation 93:1043. Method: module ecgomics. Population: any unless said."
* #ecg-hrv-vlf ^property[0].code = #kind
* #ecg-hrv-vlf ^property[0].valueCode = #observation
* #ecg-hrv-lf "LF" "Power of the intervals' spectrum in 0.04 to 0.15 Hz. Unit: ms2, of the recording. Reference: Task Force of the ESC and NASPE 1996, Circulation 93:1043. Method: module ecgomics. Population: any unless said."
* #ecg-hrv-lf ^property[0].code = #kind
* #ecg-hrv-lf ^property[0].valueCode = #observation
* #ecg-hrv-hf "HF" "Power of the intervals' spectrum in 0.15 to 0.4 Hz. Unit: ms2, of the recording. Reference: Task Force of the ESC and NASPE 1996, Circulation 93:1043. Method: module ecgomics. Population: any unless said."
* #ecg-hrv-hf ^property[0].code = #kind
* #ecg-hrv-hf ^property[0].valueCode = #observation
* #ecg-hrv-vhf "VHF" "Power of the intervals' spectrum in 0.4 to 0.5 Hz. Unit: ms2, of the recording. Reference: Task Force of the ESC and NASPE 1996, Circulation 93:1043. Method: module ecgomics. Population: any unless said."
* #ecg-hrv-vhf ^property[0].code = #kind
* #ecg-hrv-vhf ^property[0].valueCode = #observation
* #ecg-hrv-total-power "Total power" "Power of the intervals' spectrum in 0 to 0.4 Hz. Unit: ms2, of the recording. Reference: Task Force of the ESC and NASPE 1996, Circulation 93:1043. Method: module ecgomics. Population: any unless said."
* #ecg-hrv-total-power ^property[0].code = #kind
* #ecg-hrv-total-power ^property[0].valueCode = #observation
* #ecg-hrv-lf-hf "LF/HF" "LF over HF. Unit: 1, of the recording. Reference: Task Force of the ESC and NASPE 1996, Circulation 93:1043. Method: module ecgomics. Population: any unless said."
* #ecg-hrv-lf-hf ^property[0].code = #kind
* #ecg-hrv-lf-hf ^property[0].valueCode = #observation
* #ecg-hrv-lf-nu "LF, normalised" "LF over LF + HF. Formula: 100 LF / (LF + HF). Unit: %, of the recording. Reference: Task Force of the ESC and NASPE 1996, Circulation 93:1043. Method: module ecgomics. Population: any unless said."
* #ecg-hrv-lf-nu ^property[0].code = #kind
* #ecg-hrv-lf-nu ^property[0].valueCode = #observation
* #ecg-hrv-hf-nu "HF, normalised" "HF over LF + HF. Formula: 100 HF / (LF + HF). Unit: %, of the recording. Reference: Task Force of the ESC and NASPE 1996, Circulation 93:1043. Method: module ecgomics. Population: any unless said."
* #ecg-hrv-hf-nu ^property[0].code = #kind
* #ecg-hrv-hf-nu ^property[0].valueCode = #observation
* #ecg-poincare-sd1 "SD1" "Width of the plot of each interval against the one before. Unit: ms, of the recording. Reference: Brennan M et al. 2001, IEEE Trans Biomed Eng 48:1342. Method: module ecgomics. Population: any unless said."
* #ecg-poincare-sd1 ^property[0].code = #kind
* #ecg-poincare-sd1 ^property[0].valueCode = #observation
* #ecg-poincare-sd2 "SD2" "Length of the plot of each interval against the one before. Unit: ms, of the recording. Reference: Brennan M et al. 2001, IEEE Trans Biomed Eng 48:1342. Method: module ecgomics. Population: any unless said."
* #ecg-poincare-sd2 ^property[0].code = #kind
* #ecg-poincare-sd2 ^property[0].valueCode = #observation
* #ecg-poincare-sd1-sd2 "SD1/SD2" "Width over length of the Poincare plot. Unit: 1, of the recording. Reference: Brennan M et al. 2001, IEEE Trans Biomed Eng 48:1342. Method: module ecgomics. Population: any unless said."
* #ecg-poincare-sd1-sd2 ^property[0].code = #kind
* #ecg-poincare-sd1-sd2 ^property[0].valueCode = #observation
* #ecg-poincare-csi "CSI" "Cardiac sympathetic index. Formula: SD2 / SD1. Unit: 1, of the recording. Reference: Toichi M et al. 1997, J Auton Nerv Syst 62:79. Method: module ecgomics. Population: any unless said."
* #ecg-poincare-csi ^property[0].code = #kind
* #ecg-poincare-csi ^property[0].valueCode = #observation
* #ecg-poincare-cvi "CVI" "Cardiac vagal index. Formula: log10(16 SD1 SD2). Unit: 1, of the recording. Reference: Toichi M et al. 1997, J Auton Nerv Syst 62:79. Method: module ecgomics. Population: any unless said."
* #ecg-poincare-cvi ^property[0].code = #kind
* #ecg-poincare-cvi ^property[0].valueCode = #observation
* #ecg-entropy-approximate "Approximate entropy" "Of the intervals, m = 2, r = 0.2 SD. Unit: 1, of the recording. Reference: Pincus SM 1991, PNAS 88:2297. Method: module ecgomics. Population: any unless said."
* #ecg-entropy-approximate ^property[0].code = #kind
* #ecg-entropy-approximate ^property[0].valueCode = #observation
* #ecg-entropy-sample "Sample entropy" "Of the intervals, m = 2, r = 0.2 SD. Unit: 1, of the recording. Reference: Richman JS, Moorman JR 2000, Am J Physiol 278:H2039. Method: module ecgomics. Population: any unless said."
* #ecg-entropy-sample ^property[0].code = #kind
* #ecg-entropy-sample ^property[0].valueCode = #observation
* #ecg-entropy-fuzzy "Fuzzy entropy" "Of the intervals, m = 2, r = 0.2 SD, soft membership. Unit: 1, of the recording. Reference: Chen W et al. 2007, IEEE Trans Neural Syst Rehabil Eng 15:266. Method: module ecgomics. Population: any unless said."
* #ecg-entropy-fuzzy ^property[0].code = #kind
* #ecg-entropy-fuzzy ^property[0].valueCode = #observation
* #ecg-entropy-shannon "Shannon entropy" "Of the intervals' histogram, bits. Unit: 1, of the recording. Reference: Shannon CE 1948, Bell Syst Tech J 27:379. Method: module ecgomics. Population: any unless said."
* #ecg-entropy-shannon ^property[0].code = #kind
* #ecg-entropy-shannon ^property[0].valueCode = #observation
* #ecg-entropy-multiscale "Multiscale entropy" "Mean sample entropy over coarse-graining scales 1 to 5. Unit: 1, of the recording. Reference: Costa M et al. 2002, Phys Rev Lett 89:068102. Method: module ecgomics. Population: any unless said."
* #ecg-entropy-multiscale ^property[0].code = #kind
* #ecg-entropy-multiscale ^property[0].valueCode = #observation
* #ecg-dfa-alpha1 "DFA alpha1" "Detrended fluctuation exponent over 4 to 16 beats. Unit: 1, of the recording. Reference: Peng CK et al. 1995, Chaos 5:82. Method: module ecgomics. Population: any unless said."
* #ecg-dfa-alpha1 ^property[0].code = #kind
* #ecg-dfa-alpha1 ^property[0].valueCode = #observation
* #ecg-dfa-alpha2 "DFA alpha2" "Detrended fluctuation exponent over 16 to 64 beats. Unit: 1, of the recording. Reference: Peng CK et al. 1995, Chaos 5:82. Method: module ecgomics. Population: any unless said."
* #ecg-dfa-alpha2 ^property[0].code = #kind
* #ecg-dfa-alpha2 ^property[0].valueCode = #observation
* #ecg-fractal-higuchi "Higuchi dimension" "Fractal dimension of the series of intervals. Unit: 1, of the recording. Reference: Higuchi T 1988, Physica D 31:277. Method: module ecgomics. Population: any unless said."
* #ecg-fractal-higuchi ^property[0].code = #kind
* #ecg-fractal-higuchi ^property[0].valueCode = #observation
* #ecg-fractal-katz "Katz dimension" "Fractal dimension of the series of intervals. Unit: 1, of the recording. Reference: Katz MJ 1988, Comput Biol Med 18:145. Method: module ecgomics. Population: any unless said."
* #ecg-fractal-katz ^property[0].code = #kind
* #ecg-fractal-katz ^property[0].valueCode = #observation
* #ecg-complexity-lempel-ziv "Lempel-Ziv complexity" "Of the intervals about their median, normalised. Unit: 1, of the recording. Reference: Lempel A, Ziv J 1976, IEEE Trans Inf Theory 22:75; Kaspar F, Schuster HG 1987, Phys Rev A 36:842. Method: module ecgomics. Population: any unless said."
* #ecg-complexity-lempel-ziv ^property[0].code = #kind
* #ecg-complexity-lempel-ziv ^property[0].valueCode = #observation
* #ecg-fragmentation-pip "PIP" "Share of inflection points of the intervals. Unit: %, of the recording. Reference: Costa MD et al. 2017, Front Physiol 8:255. Method: module ecgomics. Population: any unless said."
* #ecg-fragmentation-pip ^property[0].code = #kind
* #ecg-fragmentation-pip ^property[0].valueCode = #observation
* #ecg-fragmentation-ials "IALS" "Inverse of the mean length of acceleration and deceleration runs. Unit: 1, of the recording. Reference: Costa MD et al. 2017, Front Physiol 8:255. Method: module ecgomics. Population: any unless said."
* #ecg-fragmentation-ials ^property[0].code = #kind
* #ecg-fragmentation-ials ^property[0].valueCode = #observation
* #ecg-fragmentation-pss "PSS" "Share of intervals in short runs (under 3). Unit: %, of the recording. Reference: Costa MD et al. 2017, Front Physiol 8:255. Method: module ecgomics. Population: any unless said."
* #ecg-fragmentation-pss ^property[0].code = #kind
* #ecg-fragmentation-pss ^property[0].valueCode = #observation
* #ecg-fragmentation-pas "PAS" "Share of intervals in alternating runs of at least 4. Unit: %, of the recording. Reference: Costa MD et al. 2017, Front Physiol 8:255. Method: module ecgomics. Population: any unless said."
* #ecg-fragmentation-pas ^property[0].code = #kind
* #ecg-fragmentation-pas ^property[0].valueCode = #observation
* #ecg-asymmetry-guzik "Guzik index" "Share of the decelerations in the spread about the line of identity. Unit: %, of the recording. Reference: Guzik P et al. 2006, Biomed Tech 51:272. Method: module ecgomics. Population: any unless said."
* #ecg-asymmetry-guzik ^property[0].code = #kind
* #ecg-asymmetry-guzik ^property[0].valueCode = #observation
* #ecg-asymmetry-porta "Porta index" "Share of accelerations among successive differences. Unit: %, of the recording. Reference: Porta A et al. 2008, Am J Physiol 295:R550. Method: module ecgomics. Population: any unless said."
* #ecg-asymmetry-porta ^property[0].code = #kind
* #ecg-asymmetry-porta ^property[0].valueCode = #observation
* #ecg-asymmetry-slope "Slope index" "Share of the decelerations in the phase angles. Unit: %, of the recording. Reference: Karmakar CK et al. 2015, Physiol Meas 36:303. Method: module ecgomics. Population: any unless said."
* #ecg-asymmetry-slope ^property[0].code = #kind
* #ecg-asymmetry-slope ^property[0].valueCode = #observation
* #ecg-asymmetry-area "Area index" "Share of the decelerations in the sector areas. Unit: %, of the recording. Reference: Yan C et al. 2017, Biomed Eng Online 16:112. Method: module ecgomics. Population: any unless said."
* #ecg-asymmetry-area ^property[0].code = #kind
* #ecg-asymmetry-area ^property[0].valueCode = #observation
* #ecg-af-evidence "AF evidence" "Irregularity without a pattern in the plot of successive RR differences, per pair: near 1 in fibrillation, negative in sinus rhythm. Formula: (cells hit outside the origin - points in the origin - 2 x repeated cells) / pairs. Unit: 1, of the recording. Reference: after Sarkar S et al. 2008, IEEE Trans Biomed Eng 55:1219. Method: module ecgomics. Population: any unless said."
* #ecg-af-evidence ^property[0].code = #kind
* #ecg-af-evidence ^property[0].valueCode = #observation
* #ecg-turbulence-onset "Turbulence onset" "Relative change of RR at once behind ventricular ectopic beats (5 or more). Formula: 100 ((RR1 + RR2) - (RR-2 + RR-1)) / (RR-2 + RR-1). Unit: %, of the recording. Reference: Schmidt G et al. 1999, Lancet 353:1390. Method: module ecgomics. Population: any unless said."
* #ecg-turbulence-onset ^property[0].code = #kind
* #ecg-turbulence-onset ^property[0].valueCode = #observation
* #ecg-turbulence-slope "Turbulence slope" "Steepest rise of RR over 5 beats within 15 behind ventricular ectopic beats, ms a beat. Unit: ms, of the recording. Reference: Schmidt G et al. 1999, Lancet 353:1390. Method: module ecgomics. Population: any unless said."
* #ecg-turbulence-slope ^property[0].code = #kind
* #ecg-turbulence-slope ^property[0].valueCode = #observation
* #ecg-deceleration-capacity "Deceleration capacity" "Phase-rectified average of the decelerations; the paper used 24 h. Formula: (X0 + X1 - X-1 - X-2) / 4. Unit: ms, of the recording. Reference: Bauer A et al. 2006, Lancet 367:1674. Method: module ecgomics. Population: any unless said."
* #ecg-deceleration-capacity ^property[0].code = #kind
* #ecg-deceleration-capacity ^property[0].valueCode = #observation
* #ecg-acceleration-capacity "Acceleration capacity" "Phase-rectified average of the accelerations, negative; the paper used 24 h. Formula: (X0 + X1 - X-1 - X-2) / 4. Unit: ms, of the recording. Reference: Bauer A et al. 2006, Lancet 367:1674. Method: module ecgomics. Population: any unless said."
* #ecg-acceleration-capacity ^property[0].code = #kind
* #ecg-acceleration-capacity ^property[0].valueCode = #observation
* #ecg-respiration-rate "Respiration from the ECG" "Breaths per minute from the swing of QRS height and RR; not given where no rate stands out. Unit: /min, of the recording. Reference: Charlton PH et al. 2018, IEEE Rev Biomed Eng 11:2; Moody GB et al. 1985, Comput Cardiol 12:113. Method: module ecgomics. Population: any unless said."
* #ecg-respiration-rate ^property[0].code = #kind
* #ecg-respiration-rate ^property[0].valueCode = #observation
* #ecg-percentile-heart-rate "Heart rate, percentile" "Where Heart rate lies among people of the same age and sex with a normal ECG (179 people aged 20 to 85); 2.5 and 97.5 mean at or beyond. Formula: quantile regression on age and sex, interpolated between the quantiles. Unit: %, of the recording. Reference: Koenker R, Bassett G 1978, Econometrica 46:33 (quantile regression). Method: module ecgomics. Population: any unless said."
* #ecg-percentile-heart-rate ^property[0].code = #kind
* #ecg-percentile-heart-rate ^property[0].valueCode = #observation
* #ecg-percentile-p-duration "P duration, percentile" "Where P duration lies among people of the same age and sex with a normal ECG (177 people aged 20 to 85); 2.5 and 97.5 mean at or beyond. Formula: quantile regression on age and sex, interpolated between the quantiles. Unit: %, of the recording. Reference: Koenker R, Bassett G 1978, Econometrica 46:33 (quantile regression). Method: module ecgomics. Population: any unless said."
* #ecg-percentile-p-duration ^property[0].code = #kind
* #ecg-percentile-p-duration ^property[0].valueCode = #observation
* #ecg-percentile-pr-interval "PR interval, percentile" "Where PR interval lies among people of the same age and sex with a normal ECG (177 people aged 20 to 85); 2.5 and 97.5 mean at or beyond. Formula: quantile regression on age and sex, interpolated between the quantiles. Unit: %, of the recording. Reference: Koenker R, Bassett G 1978, Econometrica 46:33 (quantile regression). Method: module ecgomics. Population: any unless said."
* #ecg-percentile-pr-interval ^property[0].code = #kind
* #ecg-percentile-pr-interval ^property[0].valueCode = #observation
* #ecg-percentile-qrs-duration "QRS duration, percentile" "Where QRS duration lies among people of the same age and sex with a normal ECG (178 people aged 20 to 85); 2.5 and 97.5 mean at or beyond. Formula: quantile regression on age and sex, interpolated between the quantiles. Unit: %, of the recording. Reference: Koenker R, Bassett G 1978, Econometrica 46:33 (quantile regression). Method: module ecgomics. Population: any unless said."
* #ecg-percentile-qrs-duration ^property[0].code = #kind
* #ecg-percentile-qrs-duration ^property[0].valueCode = #observation
* #ecg-percentile-qt-fridericia "QTc Fridericia, percentile" "Where QTc Fridericia lies among people of the same age and sex with a normal ECG (178 people aged 20 to 85); 2.5 and 97.5 mean at or beyond. Formula: quantile regression on age and sex, interpolated between the quantiles. Unit: %, of the recording. Reference: Koenker R, Bassett G 1978, Econometrica 46:33 (quantile regression). Method: module ecgomics. Population: any unless said."
* #ecg-percentile-qt-fridericia ^property[0].code = #kind
* #ecg-percentile-qt-fridericia ^property[0].valueCode = #observation
* #ecg-percentile-t-peak-end "Tpeak-Tend, percentile" "Where Tpeak-Tend lies among people of the same age and sex with a normal ECG (178 people aged 20 to 85); 2.5 and 97.5 mean at or beyond. Formula: quantile regression on age and sex, interpolated between the quantiles. Unit: %, of the recording. Reference: Koenker R, Bassett G 1978, Econometrica 46:33 (quantile regression). Method: module ecgomics. Population: any unless said."
* #ecg-percentile-t-peak-end ^property[0].code = #kind
* #ecg-percentile-t-peak-end ^property[0].valueCode = #observation
* #ecg-percentile-qrs-axis "QRS axis, percentile" "Where QRS axis lies among people of the same age and sex with a normal ECG (178 people aged 20 to 85); 2.5 and 97.5 mean at or beyond. Formula: quantile regression on age and sex, interpolated between the quantiles. Unit: %, of the recording. Reference: Koenker R, Bassett G 1978, Econometrica 46:33 (quantile regression). Method: module ecgomics. Population: any unless said."
* #ecg-percentile-qrs-axis ^property[0].code = #kind
* #ecg-percentile-qrs-axis ^property[0].valueCode = #observation
* #ecg-percentile-t-axis "T axis, percentile" "Where T axis lies among people of the same age and sex with a normal ECG (178 people aged 20 to 85); 2.5 and 97.5 mean at or beyond. Formula: quantile regression on age and sex, interpolated between the quantiles. Unit: %, of the recording. Reference: Koenker R, Bassett G 1978, Econometrica 46:33 (quantile regression). Method: module ecgomics. Population: any unless said."
* #ecg-percentile-t-axis ^property[0].code = #kind
* #ecg-percentile-t-axis ^property[0].valueCode = #observation
* #ecg-percentile-qrs-t-angle-spatial "QRS-T angle, spatial, percentile" "Where QRS-T angle, spatial lies among people of the same age and sex with a normal ECG (173 people aged 20 to 85); 2.5 and 97.5 mean at or beyond. Formula: quantile regression on age and sex, interpolated between the quantiles. Unit: %, of the recording. Reference: Koenker R, Bassett G 1978, Econometrica 46:33 (quantile regression). Method: module ecgomics. Population: any unless said."
* #ecg-percentile-qrs-t-angle-spatial ^property[0].code = #kind
* #ecg-percentile-qrs-t-angle-spatial ^property[0].valueCode = #observation
* #ecg-percentile-voltage-sokolow-lyon "Sokolow-Lyon, percentile" "Where Sokolow-Lyon lies among people of the same age and sex with a normal ECG (175 people aged 20 to 85); 2.5 and 97.5 mean at or beyond. Formula: quantile regression on age and sex, interpolated between the quantiles. Unit: %, of the recording. Reference: Koenker R, Bassett G 1978, Econometrica 46:33 (quantile regression). Method: module ecgomics. Population: any unless said."
* #ecg-percentile-voltage-sokolow-lyon ^property[0].code = #kind
* #ecg-percentile-voltage-sokolow-lyon ^property[0].valueCode = #observation
* #ecg-percentile-voltage-cornell "Cornell voltage, percentile" "Where Cornell voltage lies among people of the same age and sex with a normal ECG (178 people aged 20 to 85); 2.5 and 97.5 mean at or beyond. Formula: quantile regression on age and sex, interpolated between the quantiles. Unit: %, of the recording. Reference: Koenker R, Bassett G 1978, Econometrica 46:33 (quantile regression). Method: module ecgomics. Population: any unless said."
* #ecg-percentile-voltage-cornell ^property[0].code = #kind
* #ecg-percentile-voltage-cornell ^property[0].valueCode = #observation
* #ecg-percentile-vector-qrs "QRS area vector, percentile" "Where QRS area vector lies among people of the same age and sex with a normal ECG (173 people aged 20 to 85); 2.5 and 97.5 mean at or beyond. Formula: quantile regression on age and sex, interpolated between the quantiles. Unit: %, of the recording. Reference: Koenker R, Bassett G 1978, Econometrica 46:33 (quantile regression). Method: module ecgomics. Population: any unless said."
* #ecg-percentile-vector-qrs ^property[0].code = #kind
* #ecg-percentile-vector-qrs ^property[0].valueCode = #observation
* #ecg-percentile-vector-t "T area vector, percentile" "Where T area vector lies among people of the same age and sex with a normal ECG (173 people aged 20 to 85); 2.5 and 97.5 mean at or beyond. Formula: quantile regression on age and sex, interpolated between the quantiles. Unit: %, of the recording. Reference: Koenker R, Bassett G 1978, Econometrica 46:33 (quantile regression). Method: module ecgomics. Population: any unless said."
* #ecg-percentile-vector-t ^property[0].code = #kind
* #ecg-percentile-vector-t ^property[0].valueCode = #observation
* #ecg-percentile-hrv-rmssd "RMSSD, percentile" "Where RMSSD lies among people of the same age and sex with a normal ECG (177 people aged 20 to 85); 2.5 and 97.5 mean at or beyond. Formula: quantile regression on age and sex, interpolated between the quantiles. Unit: %, of the recording. Reference: Koenker R, Bassett G 1978, Econometrica 46:33 (quantile regression). Method: module ecgomics. Population: any unless said."
* #ecg-percentile-hrv-rmssd ^property[0].code = #kind
* #ecg-percentile-hrv-rmssd ^property[0].valueCode = #observation
* #ecg-ecg-age "ECG age" "Age that the measured features speak for, by a ridge regression. Mean absolute error 9.588 years (95 % 8.945 to 10.23) by cross-validation in 477 people; guessing the mean age errs by 16.39. Interval: 95 % of those errors. Unit: a, of the recording. Reference: His Bundle. Method: module ecgomics. Population: any unless said."
* #ecg-ecg-age ^property[0].code = #kind
* #ecg-ecg-age ^property[0].valueCode = #observation
* #ecg-ecg-age-gap "ECG age gap" "ECG age minus what the regression says on average at that age. Mean absolute error 9.588 years (95 % 8.945 to 10.23) by cross-validation in 477 people; guessing the mean age errs by 16.39. Interval: 95 % of those errors. Unit: a, of the recording. Reference: His Bundle. Method: module ecgomics. Population: any unless said."
* #ecg-ecg-age-gap ^property[0].code = #kind
* #ecg-ecg-age-gap ^property[0].valueCode = #observation
* #ecg-normal-cloud-distance "Distance from the normal cloud" "Mahalanobis distance of rate, QRS, ST and T features, freed of age and sex, from 173 normal tracings; covariance shrunk. Formula: sqrt((x - m) S^-1 (x - m)). Unit: 1, of the recording. Reference: Ledoit O, Wolf M 2004, J Multivar Anal 88:365. Method: module ecgomics. Population: any unless said."
* #ecg-normal-cloud-distance ^property[0].code = #kind
* #ecg-normal-cloud-distance ^property[0].valueCode = #observation
* #ecg-normal-cloud-percentile "Distance, percentile" "Share of normal tracings that lie nearer to the middle of the cloud (each left out of the cloud it is measured from). Unit: %, of the recording. Reference: Ledoit O, Wolf M 2004, J Multivar Anal 88:365. Method: module ecgomics. Population: any unless said."
* #ecg-normal-cloud-percentile ^property[0].code = #kind
* #ecg-normal-cloud-percentile ^property[0].valueCode = #observation
