// Written by scripts/icu-feature-concepts.ts from the features of cap-icu: do not edit.
RuleSet: IcuFeatureConcepts
* #icu-age "Age" "Age, at admission. Unit: a. Method: module cap-icu. Population: adults in intensive care."
* #icu-age ^property[0].code = #kind
* #icu-age ^property[0].valueCode = #observation
* #icu-unit-coronary "Kind of unit, coronary" "Kind of unit, coronary, over the window that the estimate covers. Unit: 1. Method: module cap-icu. Population: adults in intensive care."
* #icu-unit-coronary ^property[0].code = #kind
* #icu-unit-coronary ^property[0].valueCode = #observation
* #icu-unit-cardiac-surgery "Kind of unit, cardiac-surgery" "Kind of unit, cardiac-surgery, over the window that the estimate covers. Unit: 1. Method: module cap-icu. Population: adults in intensive care."
* #icu-unit-cardiac-surgery ^property[0].code = #kind
* #icu-unit-cardiac-surgery ^property[0].valueCode = #observation
* #icu-unit-medical "Kind of unit, medical" "Kind of unit, medical, over the window that the estimate covers. Unit: 1. Method: module cap-icu. Population: adults in intensive care."
* #icu-unit-medical ^property[0].code = #kind
* #icu-unit-medical ^property[0].valueCode = #observation
* #icu-unit-surgical "Kind of unit, surgical" "Kind of unit, surgical, over the window that the estimate covers. Unit: 1. Method: module cap-icu. Population: adults in intensive care."
* #icu-unit-surgical ^property[0].code = #kind
* #icu-unit-surgical ^property[0].valueCode = #observation
* #icu-heart-rate-first "Heart rate, first" "Heart rate, first, over the window that the estimate covers. Unit: /min. Method: module cap-icu. Population: adults in intensive care."
* #icu-heart-rate-first ^property[0].code = #kind
* #icu-heart-rate-first ^property[0].valueCode = #observation
* #icu-heart-rate-last "Heart rate, last" "Heart rate, last, over the window that the estimate covers. Unit: /min. Method: module cap-icu. Population: adults in intensive care."
* #icu-heart-rate-last ^property[0].code = #kind
* #icu-heart-rate-last ^property[0].valueCode = #observation
* #icu-heart-rate-min "Heart rate, lowest" "Heart rate, lowest, over the window that the estimate covers. Unit: /min. Method: module cap-icu. Population: adults in intensive care."
* #icu-heart-rate-min ^property[0].code = #kind
* #icu-heart-rate-min ^property[0].valueCode = #observation
* #icu-heart-rate-max "Heart rate, highest" "Heart rate, highest, over the window that the estimate covers. Unit: /min. Method: module cap-icu. Population: adults in intensive care."
* #icu-heart-rate-max ^property[0].code = #kind
* #icu-heart-rate-max ^property[0].valueCode = #observation
* #icu-heart-rate-mean "Heart rate, mean" "Heart rate, mean, over the window that the estimate covers. Unit: /min. Method: module cap-icu. Population: adults in intensive care."
* #icu-heart-rate-mean ^property[0].code = #kind
* #icu-heart-rate-mean ^property[0].valueCode = #observation
* #icu-heart-rate-change "Heart rate, change from first to last" "Heart rate, change from first to last, over the window that the estimate covers. Unit: /min. Method: module cap-icu. Population: adults in intensive care."
* #icu-heart-rate-change ^property[0].code = #kind
* #icu-heart-rate-change ^property[0].valueCode = #observation
* #icu-heart-rate-sd "Heart rate, spread of the hourly means" "Heart rate, spread of the hourly means, over the window that the estimate covers. Unit: /min. Method: module cap-icu. Population: adults in intensive care."
* #icu-heart-rate-sd ^property[0].code = #kind
* #icu-heart-rate-sd ^property[0].valueCode = #observation
* #icu-heart-rate-early "Heart rate, mean of the first 6 h" "Heart rate, mean of the first 6 h, over the window that the estimate covers. Unit: /min. Method: module cap-icu. Population: adults in intensive care."
* #icu-heart-rate-early ^property[0].code = #kind
* #icu-heart-rate-early ^property[0].valueCode = #observation
* #icu-heart-rate-late "Heart rate, mean of the last 6 h" "Heart rate, mean of the last 6 h, over the window that the estimate covers. Unit: /min. Method: module cap-icu. Population: adults in intensive care."
* #icu-heart-rate-late ^property[0].code = #kind
* #icu-heart-rate-late ^property[0].valueCode = #observation
* #icu-heart-rate-high "Heart rate, share of hours above 110/min" "Heart rate, share of hours above 110/min, over the window that the estimate covers. Unit: 1. Method: module cap-icu. Population: adults in intensive care."
* #icu-heart-rate-high ^property[0].code = #kind
* #icu-heart-rate-high ^property[0].valueCode = #observation
* #icu-mean-arterial-pressure-first "Mean arterial pressure, first" "Mean arterial pressure, first, over the window that the estimate covers. Unit: mm[Hg]. Method: module cap-icu. Population: adults in intensive care."
* #icu-mean-arterial-pressure-first ^property[0].code = #kind
* #icu-mean-arterial-pressure-first ^property[0].valueCode = #observation
* #icu-mean-arterial-pressure-last "Mean arterial pressure, last" "Mean arterial pressure, last, over the window that the estimate covers. Unit: mm[Hg]. Method: module cap-icu. Population: adults in intensive care."
* #icu-mean-arterial-pressure-last ^property[0].code = #kind
* #icu-mean-arterial-pressure-last ^property[0].valueCode = #observation
* #icu-mean-arterial-pressure-min "Mean arterial pressure, lowest" "Mean arterial pressure, lowest, over the window that the estimate covers. Unit: mm[Hg]. Method: module cap-icu. Population: adults in intensive care."
* #icu-mean-arterial-pressure-min ^property[0].code = #kind
* #icu-mean-arterial-pressure-min ^property[0].valueCode = #observation
* #icu-mean-arterial-pressure-max "Mean arterial pressure, highest" "Mean arterial pressure, highest, over the window that the estimate covers. Unit: mm[Hg]. Method: module cap-icu. Population: adults in intensive care."
* #icu-mean-arterial-pressure-max ^property[0].code = #kind
* #icu-mean-arterial-pressure-max ^property[0].valueCode = #observation
* #icu-mean-arterial-pressure-mean "Mean arterial pressure, mean" "Mean arterial pressure, mean, over the window that the estimate covers. Unit: mm[Hg]. Method: module cap-icu. Population: adults in intensive care."
* #icu-mean-arterial-pressure-mean ^property[0].code = #kind
* #icu-mean-arterial-pressure-mean ^property[0].valueCode = #observation
* #icu-mean-arterial-pressure-change "Mean arterial pressure, change from first to last" "Mean arterial pressure, change from first to last, over the window that the estimate covers. Unit: mm[Hg]. Method: module cap-icu. Population: adults in intensive care."
* #icu-mean-arterial-pressure-change ^property[0].code = #kind
* #icu-mean-arterial-pressure-change ^property[0].valueCode = #observation
* #icu-mean-arterial-pressure-sd "Mean arterial pressure, spread of the hourly means" "Mean arterial pressure, spread of the hourly means, over the window that the estimate covers. Unit: mm[Hg]. Method: module cap-icu. Population: adults in intensive care."
* #icu-mean-arterial-pressure-sd ^property[0].code = #kind
* #icu-mean-arterial-pressure-sd ^property[0].valueCode = #observation
* #icu-mean-arterial-pressure-early "Mean arterial pressure, mean of the first 6 h" "Mean arterial pressure, mean of the first 6 h, over the window that the estimate covers. Unit: mm[Hg]. Method: module cap-icu. Population: adults in intensive care."
* #icu-mean-arterial-pressure-early ^property[0].code = #kind
* #icu-mean-arterial-pressure-early ^property[0].valueCode = #observation
* #icu-mean-arterial-pressure-late "Mean arterial pressure, mean of the last 6 h" "Mean arterial pressure, mean of the last 6 h, over the window that the estimate covers. Unit: mm[Hg]. Method: module cap-icu. Population: adults in intensive care."
* #icu-mean-arterial-pressure-late ^property[0].code = #kind
* #icu-mean-arterial-pressure-late ^property[0].valueCode = #observation
* #icu-mean-arterial-pressure-low "Mean arterial pressure, share of hours below 65 mm[Hg]" "Mean arterial pressure, share of hours below 65 mm[Hg], over the window that the estimate covers. Unit: 1. Method: module cap-icu. Population: adults in intensive care."
* #icu-mean-arterial-pressure-low ^property[0].code = #kind
* #icu-mean-arterial-pressure-low ^property[0].valueCode = #observation
* #icu-systolic-pressure-first "Systolic blood pressure, first" "Systolic blood pressure, first, over the window that the estimate covers. Unit: mm[Hg]. Method: module cap-icu. Population: adults in intensive care."
* #icu-systolic-pressure-first ^property[0].code = #kind
* #icu-systolic-pressure-first ^property[0].valueCode = #observation
* #icu-systolic-pressure-last "Systolic blood pressure, last" "Systolic blood pressure, last, over the window that the estimate covers. Unit: mm[Hg]. Method: module cap-icu. Population: adults in intensive care."
* #icu-systolic-pressure-last ^property[0].code = #kind
* #icu-systolic-pressure-last ^property[0].valueCode = #observation
* #icu-systolic-pressure-min "Systolic blood pressure, lowest" "Systolic blood pressure, lowest, over the window that the estimate covers. Unit: mm[Hg]. Method: module cap-icu. Population: adults in intensive care."
* #icu-systolic-pressure-min ^property[0].code = #kind
* #icu-systolic-pressure-min ^property[0].valueCode = #observation
* #icu-systolic-pressure-max "Systolic blood pressure, highest" "Systolic blood pressure, highest, over the window that the estimate covers. Unit: mm[Hg]. Method: module cap-icu. Population: adults in intensive care."
* #icu-systolic-pressure-max ^property[0].code = #kind
* #icu-systolic-pressure-max ^property[0].valueCode = #observation
* #icu-systolic-pressure-mean "Systolic blood pressure, mean" "Systolic blood pressure, mean, over the window that the estimate covers. Unit: mm[Hg]. Method: module cap-icu. Population: adults in intensive care."
* #icu-systolic-pressure-mean ^property[0].code = #kind
* #icu-systolic-pressure-mean ^property[0].valueCode = #observation
* #icu-systolic-pressure-change "Systolic blood pressure, change from first to last" "Systolic blood pressure, change from first to last, over the window that the estimate covers. Unit: mm[Hg]. Method: module cap-icu. Population: adults in intensive care."
* #icu-systolic-pressure-change ^property[0].code = #kind
* #icu-systolic-pressure-change ^property[0].valueCode = #observation
* #icu-systolic-pressure-sd "Systolic blood pressure, spread of the hourly means" "Systolic blood pressure, spread of the hourly means, over the window that the estimate covers. Unit: mm[Hg]. Method: module cap-icu. Population: adults in intensive care."
* #icu-systolic-pressure-sd ^property[0].code = #kind
* #icu-systolic-pressure-sd ^property[0].valueCode = #observation
* #icu-systolic-pressure-early "Systolic blood pressure, mean of the first 6 h" "Systolic blood pressure, mean of the first 6 h, over the window that the estimate covers. Unit: mm[Hg]. Method: module cap-icu. Population: adults in intensive care."
* #icu-systolic-pressure-early ^property[0].code = #kind
* #icu-systolic-pressure-early ^property[0].valueCode = #observation
* #icu-systolic-pressure-late "Systolic blood pressure, mean of the last 6 h" "Systolic blood pressure, mean of the last 6 h, over the window that the estimate covers. Unit: mm[Hg]. Method: module cap-icu. Population: adults in intensive care."
* #icu-systolic-pressure-late ^property[0].code = #kind
* #icu-systolic-pressure-late ^property[0].valueCode = #observation
* #icu-diastolic-pressure-first "Diastolic blood pressure, first" "Diastolic blood pressure, first, over the window that the estimate covers. Unit: mm[Hg]. Method: module cap-icu. Population: adults in intensive care."
* #icu-diastolic-pressure-first ^property[0].code = #kind
* #icu-diastolic-pressure-first ^property[0].valueCode = #observation
* #icu-diastolic-pressure-last "Diastolic blood pressure, last" "Diastolic blood pressure, last, over the window that the estimate covers. Unit: mm[Hg]. Method: module cap-icu. Population: adults in intensive care."
* #icu-diastolic-pressure-last ^property[0].code = #kind
* #icu-diastolic-pressure-last ^property[0].valueCode = #observation
* #icu-diastolic-pressure-min "Diastolic blood pressure, lowest" "Diastolic blood pressure, lowest, over the window that the estimate covers. Unit: mm[Hg]. Method: module cap-icu. Population: adults in intensive care."
* #icu-diastolic-pressure-min ^property[0].code = #kind
* #icu-diastolic-pressure-min ^property[0].valueCode = #observation
* #icu-diastolic-pressure-max "Diastolic blood pressure, highest" "Diastolic blood pressure, highest, over the window that the estimate covers. Unit: mm[Hg]. Method: module cap-icu. Population: adults in intensive care."
* #icu-diastolic-pressure-max ^property[0].code = #kind
* #icu-diastolic-pressure-max ^property[0].valueCode = #observation
* #icu-diastolic-pressure-mean "Diastolic blood pressure, mean" "Diastolic blood pressure, mean, over the window that the estimate covers. Unit: mm[Hg]. Method: module cap-icu. Population: adults in intensive care."
* #icu-diastolic-pressure-mean ^property[0].code = #kind
* #icu-diastolic-pressure-mean ^property[0].valueCode = #observation
* #icu-diastolic-pressure-change "Diastolic blood pressure, change from first to last" "Diastolic blood pressure, change from first to last, over the window that the estimate covers. Unit: mm[Hg]. Method: module cap-icu. Population: adults in intensive care."
* #icu-diastolic-pressure-change ^property[0].code = #kind
* #icu-diastolic-pressure-change ^property[0].valueCode = #observation
* #icu-diastolic-pressure-sd "Diastolic blood pressure, spread of the hourly means" "Diastolic blood pressure, spread of the hourly means, over the window that the estimate covers. Unit: mm[Hg]. Method: module cap-icu. Population: adults in intensive care."
* #icu-diastolic-pressure-sd ^property[0].code = #kind
* #icu-diastolic-pressure-sd ^property[0].valueCode = #observation
* #icu-diastolic-pressure-early "Diastolic blood pressure, mean of the first 6 h" "Diastolic blood pressure, mean of the first 6 h, over the window that the estimate covers. Unit: mm[Hg]. Method: module cap-icu. Population: adults in intensive care."
* #icu-diastolic-pressure-early ^property[0].code = #kind
* #icu-diastolic-pressure-early ^property[0].valueCode = #observation
* #icu-diastolic-pressure-late "Diastolic blood pressure, mean of the last 6 h" "Diastolic blood pressure, mean of the last 6 h, over the window that the estimate covers. Unit: mm[Hg]. Method: module cap-icu. Population: adults in intensive care."
* #icu-diastolic-pressure-late ^property[0].code = #kind
* #icu-diastolic-pressure-late ^property[0].valueCode = #observation
* #icu-respiratory-rate-first "Respiratory rate, first" "Respiratory rate, first, over the window that the estimate covers. Unit: /min. Method: module cap-icu. Population: adults in intensive care."
* #icu-respiratory-rate-first ^property[0].code = #kind
* #icu-respiratory-rate-first ^property[0].valueCode = #observation
* #icu-respiratory-rate-last "Respiratory rate, last" "Respiratory rate, last, over the window that the estimate covers. Unit: /min. Method: module cap-icu. Population: adults in intensive care."
* #icu-respiratory-rate-last ^property[0].code = #kind
* #icu-respiratory-rate-last ^property[0].valueCode = #observation
* #icu-respiratory-rate-min "Respiratory rate, lowest" "Respiratory rate, lowest, over the window that the estimate covers. Unit: /min. Method: module cap-icu. Population: adults in intensive care."
* #icu-respiratory-rate-min ^property[0].code = #kind
* #icu-respiratory-rate-min ^property[0].valueCode = #observation
* #icu-respiratory-rate-max "Respiratory rate, highest" "Respiratory rate, highest, over the window that the estimate covers. Unit: /min. Method: module cap-icu. Population: adults in intensive care."
* #icu-respiratory-rate-max ^property[0].code = #kind
* #icu-respiratory-rate-max ^property[0].valueCode = #observation
* #icu-respiratory-rate-mean "Respiratory rate, mean" "Respiratory rate, mean, over the window that the estimate covers. Unit: /min. Method: module cap-icu. Population: adults in intensive care."
* #icu-respiratory-rate-mean ^property[0].code = #kind
* #icu-respiratory-rate-mean ^property[0].valueCode = #observation
* #icu-respiratory-rate-change "Respiratory rate, change from first to last" "Respiratory rate, change from first to last, over the window that the estimate covers. Unit: /min. Method: module cap-icu. Population: adults in intensive care."
* #icu-respiratory-rate-change ^property[0].code = #kind
* #icu-respiratory-rate-change ^property[0].valueCode = #observation
* #icu-respiratory-rate-sd "Respiratory rate, spread of the hourly means" "Respiratory rate, spread of the hourly means, over the window that the estimate covers. Unit: /min. Method: module cap-icu. Population: adults in intensive care."
* #icu-respiratory-rate-sd ^property[0].code = #kind
* #icu-respiratory-rate-sd ^property[0].valueCode = #observation
* #icu-respiratory-rate-early "Respiratory rate, mean of the first 6 h" "Respiratory rate, mean of the first 6 h, over the window that the estimate covers. Unit: /min. Method: module cap-icu. Population: adults in intensive care."
* #icu-respiratory-rate-early ^property[0].code = #kind
* #icu-respiratory-rate-early ^property[0].valueCode = #observation
* #icu-respiratory-rate-late "Respiratory rate, mean of the last 6 h" "Respiratory rate, mean of the last 6 h, over the window that the estimate covers. Unit: /min. Method: module cap-icu. Population: adults in intensive care."
* #icu-respiratory-rate-late ^property[0].code = #kind
* #icu-respiratory-rate-late ^property[0].valueCode = #observation
* #icu-temperature-first "Body temperature, first" "Body temperature, first, over the window that the estimate covers. Unit: Cel. Method: module cap-icu. Population: adults in intensive care."
* #icu-temperature-first ^property[0].code = #kind
* #icu-temperature-first ^property[0].valueCode = #observation
* #icu-temperature-last "Body temperature, last" "Body temperature, last, over the window that the estimate covers. Unit: Cel. Method: module cap-icu. Population: adults in intensive care."
* #icu-temperature-last ^property[0].code = #kind
* #icu-temperature-last ^property[0].valueCode = #observation
* #icu-temperature-min "Body temperature, lowest" "Body temperature, lowest, over the window that the estimate covers. Unit: Cel. Method: module cap-icu. Population: adults in intensive care."
* #icu-temperature-min ^property[0].code = #kind
* #icu-temperature-min ^property[0].valueCode = #observation
* #icu-temperature-max "Body temperature, highest" "Body temperature, highest, over the window that the estimate covers. Unit: Cel. Method: module cap-icu. Population: adults in intensive care."
* #icu-temperature-max ^property[0].code = #kind
* #icu-temperature-max ^property[0].valueCode = #observation
* #icu-temperature-mean "Body temperature, mean" "Body temperature, mean, over the window that the estimate covers. Unit: Cel. Method: module cap-icu. Population: adults in intensive care."
* #icu-temperature-mean ^property[0].code = #kind
* #icu-temperature-mean ^property[0].valueCode = #observation
* #icu-temperature-change "Body temperature, change from first to last" "Body temperature, change from first to last, over the window that the estimate covers. Unit: Cel. Method: module cap-icu. Population: adults in intensive care."
* #icu-temperature-change ^property[0].code = #kind
* #icu-temperature-change ^property[0].valueCode = #observation
* #icu-temperature-sd "Body temperature, spread of the hourly means" "Body temperature, spread of the hourly means, over the window that the estimate covers. Unit: Cel. Method: module cap-icu. Population: adults in intensive care."
* #icu-temperature-sd ^property[0].code = #kind
* #icu-temperature-sd ^property[0].valueCode = #observation
* #icu-temperature-early "Body temperature, mean of the first 6 h" "Body temperature, mean of the first 6 h, over the window that the estimate covers. Unit: Cel. Method: module cap-icu. Population: adults in intensive care."
* #icu-temperature-early ^property[0].code = #kind
* #icu-temperature-early ^property[0].valueCode = #observation
* #icu-temperature-late "Body temperature, mean of the last 6 h" "Body temperature, mean of the last 6 h, over the window that the estimate covers. Unit: Cel. Method: module cap-icu. Population: adults in intensive care."
* #icu-temperature-late ^property[0].code = #kind
* #icu-temperature-late ^property[0].valueCode = #observation
* #icu-oxygen-saturation-first "Oxygen saturation, first" "Oxygen saturation, first, over the window that the estimate covers. Unit: %. Method: module cap-icu. Population: adults in intensive care."
* #icu-oxygen-saturation-first ^property[0].code = #kind
* #icu-oxygen-saturation-first ^property[0].valueCode = #observation
* #icu-oxygen-saturation-last "Oxygen saturation, last" "Oxygen saturation, last, over the window that the estimate covers. Unit: %. Method: module cap-icu. Population: adults in intensive care."
* #icu-oxygen-saturation-last ^property[0].code = #kind
* #icu-oxygen-saturation-last ^property[0].valueCode = #observation
* #icu-oxygen-saturation-min "Oxygen saturation, lowest" "Oxygen saturation, lowest, over the window that the estimate covers. Unit: %. Method: module cap-icu. Population: adults in intensive care."
* #icu-oxygen-saturation-min ^property[0].code = #kind
* #icu-oxygen-saturation-min ^property[0].valueCode = #observation
* #icu-oxygen-saturation-max "Oxygen saturation, highest" "Oxygen saturation, highest, over the window that the estimate covers. Unit: %. Method: module cap-icu. Population: adults in intensive care."
* #icu-oxygen-saturation-max ^property[0].code = #kind
* #icu-oxygen-saturation-max ^property[0].valueCode = #observation
* #icu-oxygen-saturation-mean "Oxygen saturation, mean" "Oxygen saturation, mean, over the window that the estimate covers. Unit: %. Method: module cap-icu. Population: adults in intensive care."
* #icu-oxygen-saturation-mean ^property[0].code = #kind
* #icu-oxygen-saturation-mean ^property[0].valueCode = #observation
* #icu-oxygen-saturation-change "Oxygen saturation, change from first to last" "Oxygen saturation, change from first to last, over the window that the estimate covers. Unit: %. Method: module cap-icu. Population: adults in intensive care."
* #icu-oxygen-saturation-change ^property[0].code = #kind
* #icu-oxygen-saturation-change ^property[0].valueCode = #observation
* #icu-oxygen-saturation-sd "Oxygen saturation, spread of the hourly means" "Oxygen saturation, spread of the hourly means, over the window that the estimate covers. Unit: %. Method: module cap-icu. Population: adults in intensive care."
* #icu-oxygen-saturation-sd ^property[0].code = #kind
* #icu-oxygen-saturation-sd ^property[0].valueCode = #observation
* #icu-oxygen-saturation-early "Oxygen saturation, mean of the first 6 h" "Oxygen saturation, mean of the first 6 h, over the window that the estimate covers. Unit: %. Method: module cap-icu. Population: adults in intensive care."
* #icu-oxygen-saturation-early ^property[0].code = #kind
* #icu-oxygen-saturation-early ^property[0].valueCode = #observation
* #icu-oxygen-saturation-late "Oxygen saturation, mean of the last 6 h" "Oxygen saturation, mean of the last 6 h, over the window that the estimate covers. Unit: %. Method: module cap-icu. Population: adults in intensive care."
* #icu-oxygen-saturation-late ^property[0].code = #kind
* #icu-oxygen-saturation-late ^property[0].valueCode = #observation
* #icu-gcs-first "Glasgow coma score, total, first" "Glasgow coma score, total, first, over the window that the estimate covers. Unit: {score}. Method: module cap-icu. Population: adults in intensive care."
* #icu-gcs-first ^property[0].code = #kind
* #icu-gcs-first ^property[0].valueCode = #observation
* #icu-gcs-last "Glasgow coma score, total, last" "Glasgow coma score, total, last, over the window that the estimate covers. Unit: {score}. Method: module cap-icu. Population: adults in intensive care."
* #icu-gcs-last ^property[0].code = #kind
* #icu-gcs-last ^property[0].valueCode = #observation
* #icu-gcs-min "Glasgow coma score, total, lowest" "Glasgow coma score, total, lowest, over the window that the estimate covers. Unit: {score}. Method: module cap-icu. Population: adults in intensive care."
* #icu-gcs-min ^property[0].code = #kind
* #icu-gcs-min ^property[0].valueCode = #observation
* #icu-gcs-max "Glasgow coma score, total, highest" "Glasgow coma score, total, highest, over the window that the estimate covers. Unit: {score}. Method: module cap-icu. Population: adults in intensive care."
* #icu-gcs-max ^property[0].code = #kind
* #icu-gcs-max ^property[0].valueCode = #observation
* #icu-gcs-mean "Glasgow coma score, total, mean" "Glasgow coma score, total, mean, over the window that the estimate covers. Unit: {score}. Method: module cap-icu. Population: adults in intensive care."
* #icu-gcs-mean ^property[0].code = #kind
* #icu-gcs-mean ^property[0].valueCode = #observation
* #icu-gcs-change "Glasgow coma score, total, change from first to last" "Glasgow coma score, total, change from first to last, over the window that the estimate covers. Unit: {score}. Method: module cap-icu. Population: adults in intensive care."
* #icu-gcs-change ^property[0].code = #kind
* #icu-gcs-change ^property[0].valueCode = #observation
* #icu-gcs-sd "Glasgow coma score, total, spread of the hourly means" "Glasgow coma score, total, spread of the hourly means, over the window that the estimate covers. Unit: {score}. Method: module cap-icu. Population: adults in intensive care."
* #icu-gcs-sd ^property[0].code = #kind
* #icu-gcs-sd ^property[0].valueCode = #observation
* #icu-gcs-early "Glasgow coma score, total, mean of the first 6 h" "Glasgow coma score, total, mean of the first 6 h, over the window that the estimate covers. Unit: {score}. Method: module cap-icu. Population: adults in intensive care."
* #icu-gcs-early ^property[0].code = #kind
* #icu-gcs-early ^property[0].valueCode = #observation
* #icu-gcs-late "Glasgow coma score, total, mean of the last 6 h" "Glasgow coma score, total, mean of the last 6 h, over the window that the estimate covers. Unit: {score}. Method: module cap-icu. Population: adults in intensive care."
* #icu-gcs-late ^property[0].code = #kind
* #icu-gcs-late ^property[0].valueCode = #observation
* #icu-fio2-first "Inspired oxygen fraction, first" "Inspired oxygen fraction, first, over the window that the estimate covers. Unit: %. Method: module cap-icu. Population: adults in intensive care."
* #icu-fio2-first ^property[0].code = #kind
* #icu-fio2-first ^property[0].valueCode = #observation
* #icu-fio2-last "Inspired oxygen fraction, last" "Inspired oxygen fraction, last, over the window that the estimate covers. Unit: %. Method: module cap-icu. Population: adults in intensive care."
* #icu-fio2-last ^property[0].code = #kind
* #icu-fio2-last ^property[0].valueCode = #observation
* #icu-fio2-min "Inspired oxygen fraction, lowest" "Inspired oxygen fraction, lowest, over the window that the estimate covers. Unit: %. Method: module cap-icu. Population: adults in intensive care."
* #icu-fio2-min ^property[0].code = #kind
* #icu-fio2-min ^property[0].valueCode = #observation
* #icu-fio2-max "Inspired oxygen fraction, highest" "Inspired oxygen fraction, highest, over the window that the estimate covers. Unit: %. Method: module cap-icu. Population: adults in intensive care."
* #icu-fio2-max ^property[0].code = #kind
* #icu-fio2-max ^property[0].valueCode = #observation
* #icu-fio2-mean "Inspired oxygen fraction, mean" "Inspired oxygen fraction, mean, over the window that the estimate covers. Unit: %. Method: module cap-icu. Population: adults in intensive care."
* #icu-fio2-mean ^property[0].code = #kind
* #icu-fio2-mean ^property[0].valueCode = #observation
* #icu-fio2-change "Inspired oxygen fraction, change from first to last" "Inspired oxygen fraction, change from first to last, over the window that the estimate covers. Unit: %. Method: module cap-icu. Population: adults in intensive care."
* #icu-fio2-change ^property[0].code = #kind
* #icu-fio2-change ^property[0].valueCode = #observation
* #icu-fio2-sd "Inspired oxygen fraction, spread of the hourly means" "Inspired oxygen fraction, spread of the hourly means, over the window that the estimate covers. Unit: %. Method: module cap-icu. Population: adults in intensive care."
* #icu-fio2-sd ^property[0].code = #kind
* #icu-fio2-sd ^property[0].valueCode = #observation
* #icu-fio2-early "Inspired oxygen fraction, mean of the first 6 h" "Inspired oxygen fraction, mean of the first 6 h, over the window that the estimate covers. Unit: %. Method: module cap-icu. Population: adults in intensive care."
* #icu-fio2-early ^property[0].code = #kind
* #icu-fio2-early ^property[0].valueCode = #observation
* #icu-fio2-late "Inspired oxygen fraction, mean of the last 6 h" "Inspired oxygen fraction, mean of the last 6 h, over the window that the estimate covers. Unit: %. Method: module cap-icu. Population: adults in intensive care."
* #icu-fio2-late ^property[0].code = #kind
* #icu-fio2-late ^property[0].valueCode = #observation
* #icu-pao2-first "Arterial oxygen pressure, first" "Arterial oxygen pressure, first, over the window that the estimate covers. Unit: mm[Hg]. Method: module cap-icu. Population: adults in intensive care."
* #icu-pao2-first ^property[0].code = #kind
* #icu-pao2-first ^property[0].valueCode = #observation
* #icu-pao2-last "Arterial oxygen pressure, last" "Arterial oxygen pressure, last, over the window that the estimate covers. Unit: mm[Hg]. Method: module cap-icu. Population: adults in intensive care."
* #icu-pao2-last ^property[0].code = #kind
* #icu-pao2-last ^property[0].valueCode = #observation
* #icu-pao2-min "Arterial oxygen pressure, lowest" "Arterial oxygen pressure, lowest, over the window that the estimate covers. Unit: mm[Hg]. Method: module cap-icu. Population: adults in intensive care."
* #icu-pao2-min ^property[0].code = #kind
* #icu-pao2-min ^property[0].valueCode = #observation
* #icu-pao2-max "Arterial oxygen pressure, highest" "Arterial oxygen pressure, highest, over the window that the estimate covers. Unit: mm[Hg]. Method: module cap-icu. Population: adults in intensive care."
* #icu-pao2-max ^property[0].code = #kind
* #icu-pao2-max ^property[0].valueCode = #observation
* #icu-pao2-mean "Arterial oxygen pressure, mean" "Arterial oxygen pressure, mean, over the window that the estimate covers. Unit: mm[Hg]. Method: module cap-icu. Population: adults in intensive care."
* #icu-pao2-mean ^property[0].code = #kind
* #icu-pao2-mean ^property[0].valueCode = #observation
* #icu-pao2-change "Arterial oxygen pressure, change from first to last" "Arterial oxygen pressure, change from first to last, over the window that the estimate covers. Unit: mm[Hg]. Method: module cap-icu. Population: adults in intensive care."
* #icu-pao2-change ^property[0].code = #kind
* #icu-pao2-change ^property[0].valueCode = #observation
* #icu-pao2-sd "Arterial oxygen pressure, spread of the hourly means" "Arterial oxygen pressure, spread of the hourly means, over the window that the estimate covers. Unit: mm[Hg]. Method: module cap-icu. Population: adults in intensive care."
* #icu-pao2-sd ^property[0].code = #kind
* #icu-pao2-sd ^property[0].valueCode = #observation
* #icu-pao2-early "Arterial oxygen pressure, mean of the first 6 h" "Arterial oxygen pressure, mean of the first 6 h, over the window that the estimate covers. Unit: mm[Hg]. Method: module cap-icu. Population: adults in intensive care."
* #icu-pao2-early ^property[0].code = #kind
* #icu-pao2-early ^property[0].valueCode = #observation
* #icu-pao2-late "Arterial oxygen pressure, mean of the last 6 h" "Arterial oxygen pressure, mean of the last 6 h, over the window that the estimate covers. Unit: mm[Hg]. Method: module cap-icu. Population: adults in intensive care."
* #icu-pao2-late ^property[0].code = #kind
* #icu-pao2-late ^property[0].valueCode = #observation
* #icu-paco2-first "Arterial carbon dioxide pressure, first" "Arterial carbon dioxide pressure, first, over the window that the estimate covers. Unit: mm[Hg]. Method: module cap-icu. Population: adults in intensive care."
* #icu-paco2-first ^property[0].code = #kind
* #icu-paco2-first ^property[0].valueCode = #observation
* #icu-paco2-last "Arterial carbon dioxide pressure, last" "Arterial carbon dioxide pressure, last, over the window that the estimate covers. Unit: mm[Hg]. Method: module cap-icu. Population: adults in intensive care."
* #icu-paco2-last ^property[0].code = #kind
* #icu-paco2-last ^property[0].valueCode = #observation
* #icu-paco2-min "Arterial carbon dioxide pressure, lowest" "Arterial carbon dioxide pressure, lowest, over the window that the estimate covers. Unit: mm[Hg]. Method: module cap-icu. Population: adults in intensive care."
* #icu-paco2-min ^property[0].code = #kind
* #icu-paco2-min ^property[0].valueCode = #observation
* #icu-paco2-max "Arterial carbon dioxide pressure, highest" "Arterial carbon dioxide pressure, highest, over the window that the estimate covers. Unit: mm[Hg]. Method: module cap-icu. Population: adults in intensive care."
* #icu-paco2-max ^property[0].code = #kind
* #icu-paco2-max ^property[0].valueCode = #observation
* #icu-paco2-mean "Arterial carbon dioxide pressure, mean" "Arterial carbon dioxide pressure, mean, over the window that the estimate covers. Unit: mm[Hg]. Method: module cap-icu. Population: adults in intensive care."
* #icu-paco2-mean ^property[0].code = #kind
* #icu-paco2-mean ^property[0].valueCode = #observation
* #icu-paco2-change "Arterial carbon dioxide pressure, change from first to last" "Arterial carbon dioxide pressure, change from first to last, over the window that the estimate covers. Unit: mm[Hg]. Method: module cap-icu. Population: adults in intensive care."
* #icu-paco2-change ^property[0].code = #kind
* #icu-paco2-change ^property[0].valueCode = #observation
* #icu-paco2-sd "Arterial carbon dioxide pressure, spread of the hourly means" "Arterial carbon dioxide pressure, spread of the hourly means, over the window that the estimate covers. Unit: mm[Hg]. Method: module cap-icu. Population: adults in intensive care."
* #icu-paco2-sd ^property[0].code = #kind
* #icu-paco2-sd ^property[0].valueCode = #observation
* #icu-paco2-early "Arterial carbon dioxide pressure, mean of the first 6 h" "Arterial carbon dioxide pressure, mean of the first 6 h, over the window that the estimate covers. Unit: mm[Hg]. Method: module cap-icu. Population: adults in intensive care."
* #icu-paco2-early ^property[0].code = #kind
* #icu-paco2-early ^property[0].valueCode = #observation
* #icu-paco2-late "Arterial carbon dioxide pressure, mean of the last 6 h" "Arterial carbon dioxide pressure, mean of the last 6 h, over the window that the estimate covers. Unit: mm[Hg]. Method: module cap-icu. Population: adults in intensive care."
* #icu-paco2-late ^property[0].code = #kind
* #icu-paco2-late ^property[0].valueCode = #observation
* #icu-ph-first "Arterial pH, first" "Arterial pH, first, over the window that the estimate covers. Unit: [pH]. Method: module cap-icu. Population: adults in intensive care."
* #icu-ph-first ^property[0].code = #kind
* #icu-ph-first ^property[0].valueCode = #observation
* #icu-ph-last "Arterial pH, last" "Arterial pH, last, over the window that the estimate covers. Unit: [pH]. Method: module cap-icu. Population: adults in intensive care."
* #icu-ph-last ^property[0].code = #kind
* #icu-ph-last ^property[0].valueCode = #observation
* #icu-ph-min "Arterial pH, lowest" "Arterial pH, lowest, over the window that the estimate covers. Unit: [pH]. Method: module cap-icu. Population: adults in intensive care."
* #icu-ph-min ^property[0].code = #kind
* #icu-ph-min ^property[0].valueCode = #observation
* #icu-ph-max "Arterial pH, highest" "Arterial pH, highest, over the window that the estimate covers. Unit: [pH]. Method: module cap-icu. Population: adults in intensive care."
* #icu-ph-max ^property[0].code = #kind
* #icu-ph-max ^property[0].valueCode = #observation
* #icu-ph-mean "Arterial pH, mean" "Arterial pH, mean, over the window that the estimate covers. Unit: [pH]. Method: module cap-icu. Population: adults in intensive care."
* #icu-ph-mean ^property[0].code = #kind
* #icu-ph-mean ^property[0].valueCode = #observation
* #icu-ph-change "Arterial pH, change from first to last" "Arterial pH, change from first to last, over the window that the estimate covers. Unit: [pH]. Method: module cap-icu. Population: adults in intensive care."
* #icu-ph-change ^property[0].code = #kind
* #icu-ph-change ^property[0].valueCode = #observation
* #icu-ph-sd "Arterial pH, spread of the hourly means" "Arterial pH, spread of the hourly means, over the window that the estimate covers. Unit: [pH]. Method: module cap-icu. Population: adults in intensive care."
* #icu-ph-sd ^property[0].code = #kind
* #icu-ph-sd ^property[0].valueCode = #observation
* #icu-ph-early "Arterial pH, mean of the first 6 h" "Arterial pH, mean of the first 6 h, over the window that the estimate covers. Unit: [pH]. Method: module cap-icu. Population: adults in intensive care."
* #icu-ph-early ^property[0].code = #kind
* #icu-ph-early ^property[0].valueCode = #observation
* #icu-ph-late "Arterial pH, mean of the last 6 h" "Arterial pH, mean of the last 6 h, over the window that the estimate covers. Unit: [pH]. Method: module cap-icu. Population: adults in intensive care."
* #icu-ph-late ^property[0].code = #kind
* #icu-ph-late ^property[0].valueCode = #observation
* #icu-lactate-first "Lactate, first" "Lactate, first, over the window that the estimate covers. Unit: mmol/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-lactate-first ^property[0].code = #kind
* #icu-lactate-first ^property[0].valueCode = #observation
* #icu-lactate-last "Lactate, last" "Lactate, last, over the window that the estimate covers. Unit: mmol/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-lactate-last ^property[0].code = #kind
* #icu-lactate-last ^property[0].valueCode = #observation
* #icu-lactate-min "Lactate, lowest" "Lactate, lowest, over the window that the estimate covers. Unit: mmol/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-lactate-min ^property[0].code = #kind
* #icu-lactate-min ^property[0].valueCode = #observation
* #icu-lactate-max "Lactate, highest" "Lactate, highest, over the window that the estimate covers. Unit: mmol/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-lactate-max ^property[0].code = #kind
* #icu-lactate-max ^property[0].valueCode = #observation
* #icu-lactate-mean "Lactate, mean" "Lactate, mean, over the window that the estimate covers. Unit: mmol/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-lactate-mean ^property[0].code = #kind
* #icu-lactate-mean ^property[0].valueCode = #observation
* #icu-lactate-change "Lactate, change from first to last" "Lactate, change from first to last, over the window that the estimate covers. Unit: mmol/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-lactate-change ^property[0].code = #kind
* #icu-lactate-change ^property[0].valueCode = #observation
* #icu-lactate-sd "Lactate, spread of the hourly means" "Lactate, spread of the hourly means, over the window that the estimate covers. Unit: mmol/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-lactate-sd ^property[0].code = #kind
* #icu-lactate-sd ^property[0].valueCode = #observation
* #icu-lactate-early "Lactate, mean of the first 6 h" "Lactate, mean of the first 6 h, over the window that the estimate covers. Unit: mmol/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-lactate-early ^property[0].code = #kind
* #icu-lactate-early ^property[0].valueCode = #observation
* #icu-lactate-late "Lactate, mean of the last 6 h" "Lactate, mean of the last 6 h, over the window that the estimate covers. Unit: mmol/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-lactate-late ^property[0].code = #kind
* #icu-lactate-late ^property[0].valueCode = #observation
* #icu-bicarbonate-first "Bicarbonate, first" "Bicarbonate, first, over the window that the estimate covers. Unit: mmol/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-bicarbonate-first ^property[0].code = #kind
* #icu-bicarbonate-first ^property[0].valueCode = #observation
* #icu-bicarbonate-last "Bicarbonate, last" "Bicarbonate, last, over the window that the estimate covers. Unit: mmol/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-bicarbonate-last ^property[0].code = #kind
* #icu-bicarbonate-last ^property[0].valueCode = #observation
* #icu-bicarbonate-min "Bicarbonate, lowest" "Bicarbonate, lowest, over the window that the estimate covers. Unit: mmol/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-bicarbonate-min ^property[0].code = #kind
* #icu-bicarbonate-min ^property[0].valueCode = #observation
* #icu-bicarbonate-max "Bicarbonate, highest" "Bicarbonate, highest, over the window that the estimate covers. Unit: mmol/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-bicarbonate-max ^property[0].code = #kind
* #icu-bicarbonate-max ^property[0].valueCode = #observation
* #icu-bicarbonate-mean "Bicarbonate, mean" "Bicarbonate, mean, over the window that the estimate covers. Unit: mmol/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-bicarbonate-mean ^property[0].code = #kind
* #icu-bicarbonate-mean ^property[0].valueCode = #observation
* #icu-bicarbonate-change "Bicarbonate, change from first to last" "Bicarbonate, change from first to last, over the window that the estimate covers. Unit: mmol/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-bicarbonate-change ^property[0].code = #kind
* #icu-bicarbonate-change ^property[0].valueCode = #observation
* #icu-bicarbonate-sd "Bicarbonate, spread of the hourly means" "Bicarbonate, spread of the hourly means, over the window that the estimate covers. Unit: mmol/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-bicarbonate-sd ^property[0].code = #kind
* #icu-bicarbonate-sd ^property[0].valueCode = #observation
* #icu-bicarbonate-early "Bicarbonate, mean of the first 6 h" "Bicarbonate, mean of the first 6 h, over the window that the estimate covers. Unit: mmol/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-bicarbonate-early ^property[0].code = #kind
* #icu-bicarbonate-early ^property[0].valueCode = #observation
* #icu-bicarbonate-late "Bicarbonate, mean of the last 6 h" "Bicarbonate, mean of the last 6 h, over the window that the estimate covers. Unit: mmol/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-bicarbonate-late ^property[0].code = #kind
* #icu-bicarbonate-late ^property[0].valueCode = #observation
* #icu-urine-sum "Urine output, total" "Urine output, total, over the window that the estimate covers. Unit: mL. Method: module cap-icu. Population: adults in intensive care."
* #icu-urine-sum ^property[0].code = #kind
* #icu-urine-sum ^property[0].valueCode = #observation
* #icu-urine-rate "Urine output, mean per hour" "Urine output, mean per hour, over the window that the estimate covers. Unit: mL/h. Method: module cap-icu. Population: adults in intensive care."
* #icu-urine-rate ^property[0].code = #kind
* #icu-urine-rate ^property[0].valueCode = #observation
* #icu-urine-late "Urine output, mean per hour of the last 6 h" "Urine output, mean per hour of the last 6 h, over the window that the estimate covers. Unit: mL/h. Method: module cap-icu. Population: adults in intensive care."
* #icu-urine-late ^property[0].code = #kind
* #icu-urine-late ^property[0].valueCode = #observation
* #icu-urine-per-kg "Urine output, mean per hour and kg" "Urine output, mean per hour and kg, over the window that the estimate covers. Unit: mL/kg/h. Method: module cap-icu. Population: adults in intensive care."
* #icu-urine-per-kg ^property[0].code = #kind
* #icu-urine-per-kg ^property[0].valueCode = #observation
* #icu-creatinine-first "Creatinine, first" "Creatinine, first, over the window that the estimate covers. Unit: mg/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-creatinine-first ^property[0].code = #kind
* #icu-creatinine-first ^property[0].valueCode = #observation
* #icu-creatinine-last "Creatinine, last" "Creatinine, last, over the window that the estimate covers. Unit: mg/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-creatinine-last ^property[0].code = #kind
* #icu-creatinine-last ^property[0].valueCode = #observation
* #icu-creatinine-min "Creatinine, lowest" "Creatinine, lowest, over the window that the estimate covers. Unit: mg/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-creatinine-min ^property[0].code = #kind
* #icu-creatinine-min ^property[0].valueCode = #observation
* #icu-creatinine-max "Creatinine, highest" "Creatinine, highest, over the window that the estimate covers. Unit: mg/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-creatinine-max ^property[0].code = #kind
* #icu-creatinine-max ^property[0].valueCode = #observation
* #icu-creatinine-mean "Creatinine, mean" "Creatinine, mean, over the window that the estimate covers. Unit: mg/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-creatinine-mean ^property[0].code = #kind
* #icu-creatinine-mean ^property[0].valueCode = #observation
* #icu-creatinine-change "Creatinine, change from first to last" "Creatinine, change from first to last, over the window that the estimate covers. Unit: mg/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-creatinine-change ^property[0].code = #kind
* #icu-creatinine-change ^property[0].valueCode = #observation
* #icu-creatinine-sd "Creatinine, spread of the hourly means" "Creatinine, spread of the hourly means, over the window that the estimate covers. Unit: mg/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-creatinine-sd ^property[0].code = #kind
* #icu-creatinine-sd ^property[0].valueCode = #observation
* #icu-creatinine-early "Creatinine, mean of the first 6 h" "Creatinine, mean of the first 6 h, over the window that the estimate covers. Unit: mg/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-creatinine-early ^property[0].code = #kind
* #icu-creatinine-early ^property[0].valueCode = #observation
* #icu-creatinine-late "Creatinine, mean of the last 6 h" "Creatinine, mean of the last 6 h, over the window that the estimate covers. Unit: mg/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-creatinine-late ^property[0].code = #kind
* #icu-creatinine-late ^property[0].valueCode = #observation
* #icu-bun-first "Urea nitrogen, first" "Urea nitrogen, first, over the window that the estimate covers. Unit: mg/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-bun-first ^property[0].code = #kind
* #icu-bun-first ^property[0].valueCode = #observation
* #icu-bun-last "Urea nitrogen, last" "Urea nitrogen, last, over the window that the estimate covers. Unit: mg/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-bun-last ^property[0].code = #kind
* #icu-bun-last ^property[0].valueCode = #observation
* #icu-bun-min "Urea nitrogen, lowest" "Urea nitrogen, lowest, over the window that the estimate covers. Unit: mg/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-bun-min ^property[0].code = #kind
* #icu-bun-min ^property[0].valueCode = #observation
* #icu-bun-max "Urea nitrogen, highest" "Urea nitrogen, highest, over the window that the estimate covers. Unit: mg/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-bun-max ^property[0].code = #kind
* #icu-bun-max ^property[0].valueCode = #observation
* #icu-bun-mean "Urea nitrogen, mean" "Urea nitrogen, mean, over the window that the estimate covers. Unit: mg/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-bun-mean ^property[0].code = #kind
* #icu-bun-mean ^property[0].valueCode = #observation
* #icu-bun-change "Urea nitrogen, change from first to last" "Urea nitrogen, change from first to last, over the window that the estimate covers. Unit: mg/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-bun-change ^property[0].code = #kind
* #icu-bun-change ^property[0].valueCode = #observation
* #icu-bun-sd "Urea nitrogen, spread of the hourly means" "Urea nitrogen, spread of the hourly means, over the window that the estimate covers. Unit: mg/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-bun-sd ^property[0].code = #kind
* #icu-bun-sd ^property[0].valueCode = #observation
* #icu-bun-early "Urea nitrogen, mean of the first 6 h" "Urea nitrogen, mean of the first 6 h, over the window that the estimate covers. Unit: mg/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-bun-early ^property[0].code = #kind
* #icu-bun-early ^property[0].valueCode = #observation
* #icu-bun-late "Urea nitrogen, mean of the last 6 h" "Urea nitrogen, mean of the last 6 h, over the window that the estimate covers. Unit: mg/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-bun-late ^property[0].code = #kind
* #icu-bun-late ^property[0].valueCode = #observation
* #icu-sodium-first "Sodium, first" "Sodium, first, over the window that the estimate covers. Unit: mmol/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-sodium-first ^property[0].code = #kind
* #icu-sodium-first ^property[0].valueCode = #observation
* #icu-sodium-last "Sodium, last" "Sodium, last, over the window that the estimate covers. Unit: mmol/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-sodium-last ^property[0].code = #kind
* #icu-sodium-last ^property[0].valueCode = #observation
* #icu-sodium-min "Sodium, lowest" "Sodium, lowest, over the window that the estimate covers. Unit: mmol/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-sodium-min ^property[0].code = #kind
* #icu-sodium-min ^property[0].valueCode = #observation
* #icu-sodium-max "Sodium, highest" "Sodium, highest, over the window that the estimate covers. Unit: mmol/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-sodium-max ^property[0].code = #kind
* #icu-sodium-max ^property[0].valueCode = #observation
* #icu-sodium-mean "Sodium, mean" "Sodium, mean, over the window that the estimate covers. Unit: mmol/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-sodium-mean ^property[0].code = #kind
* #icu-sodium-mean ^property[0].valueCode = #observation
* #icu-sodium-change "Sodium, change from first to last" "Sodium, change from first to last, over the window that the estimate covers. Unit: mmol/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-sodium-change ^property[0].code = #kind
* #icu-sodium-change ^property[0].valueCode = #observation
* #icu-sodium-sd "Sodium, spread of the hourly means" "Sodium, spread of the hourly means, over the window that the estimate covers. Unit: mmol/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-sodium-sd ^property[0].code = #kind
* #icu-sodium-sd ^property[0].valueCode = #observation
* #icu-sodium-early "Sodium, mean of the first 6 h" "Sodium, mean of the first 6 h, over the window that the estimate covers. Unit: mmol/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-sodium-early ^property[0].code = #kind
* #icu-sodium-early ^property[0].valueCode = #observation
* #icu-sodium-late "Sodium, mean of the last 6 h" "Sodium, mean of the last 6 h, over the window that the estimate covers. Unit: mmol/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-sodium-late ^property[0].code = #kind
* #icu-sodium-late ^property[0].valueCode = #observation
* #icu-potassium-first "Potassium, first" "Potassium, first, over the window that the estimate covers. Unit: mmol/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-potassium-first ^property[0].code = #kind
* #icu-potassium-first ^property[0].valueCode = #observation
* #icu-potassium-last "Potassium, last" "Potassium, last, over the window that the estimate covers. Unit: mmol/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-potassium-last ^property[0].code = #kind
* #icu-potassium-last ^property[0].valueCode = #observation
* #icu-potassium-min "Potassium, lowest" "Potassium, lowest, over the window that the estimate covers. Unit: mmol/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-potassium-min ^property[0].code = #kind
* #icu-potassium-min ^property[0].valueCode = #observation
* #icu-potassium-max "Potassium, highest" "Potassium, highest, over the window that the estimate covers. Unit: mmol/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-potassium-max ^property[0].code = #kind
* #icu-potassium-max ^property[0].valueCode = #observation
* #icu-potassium-mean "Potassium, mean" "Potassium, mean, over the window that the estimate covers. Unit: mmol/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-potassium-mean ^property[0].code = #kind
* #icu-potassium-mean ^property[0].valueCode = #observation
* #icu-potassium-change "Potassium, change from first to last" "Potassium, change from first to last, over the window that the estimate covers. Unit: mmol/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-potassium-change ^property[0].code = #kind
* #icu-potassium-change ^property[0].valueCode = #observation
* #icu-potassium-sd "Potassium, spread of the hourly means" "Potassium, spread of the hourly means, over the window that the estimate covers. Unit: mmol/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-potassium-sd ^property[0].code = #kind
* #icu-potassium-sd ^property[0].valueCode = #observation
* #icu-potassium-early "Potassium, mean of the first 6 h" "Potassium, mean of the first 6 h, over the window that the estimate covers. Unit: mmol/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-potassium-early ^property[0].code = #kind
* #icu-potassium-early ^property[0].valueCode = #observation
* #icu-potassium-late "Potassium, mean of the last 6 h" "Potassium, mean of the last 6 h, over the window that the estimate covers. Unit: mmol/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-potassium-late ^property[0].code = #kind
* #icu-potassium-late ^property[0].valueCode = #observation
* #icu-magnesium-first "Magnesium, first" "Magnesium, first, over the window that the estimate covers. Unit: mg/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-magnesium-first ^property[0].code = #kind
* #icu-magnesium-first ^property[0].valueCode = #observation
* #icu-magnesium-last "Magnesium, last" "Magnesium, last, over the window that the estimate covers. Unit: mg/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-magnesium-last ^property[0].code = #kind
* #icu-magnesium-last ^property[0].valueCode = #observation
* #icu-magnesium-min "Magnesium, lowest" "Magnesium, lowest, over the window that the estimate covers. Unit: mg/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-magnesium-min ^property[0].code = #kind
* #icu-magnesium-min ^property[0].valueCode = #observation
* #icu-magnesium-max "Magnesium, highest" "Magnesium, highest, over the window that the estimate covers. Unit: mg/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-magnesium-max ^property[0].code = #kind
* #icu-magnesium-max ^property[0].valueCode = #observation
* #icu-magnesium-mean "Magnesium, mean" "Magnesium, mean, over the window that the estimate covers. Unit: mg/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-magnesium-mean ^property[0].code = #kind
* #icu-magnesium-mean ^property[0].valueCode = #observation
* #icu-magnesium-change "Magnesium, change from first to last" "Magnesium, change from first to last, over the window that the estimate covers. Unit: mg/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-magnesium-change ^property[0].code = #kind
* #icu-magnesium-change ^property[0].valueCode = #observation
* #icu-magnesium-sd "Magnesium, spread of the hourly means" "Magnesium, spread of the hourly means, over the window that the estimate covers. Unit: mg/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-magnesium-sd ^property[0].code = #kind
* #icu-magnesium-sd ^property[0].valueCode = #observation
* #icu-magnesium-early "Magnesium, mean of the first 6 h" "Magnesium, mean of the first 6 h, over the window that the estimate covers. Unit: mg/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-magnesium-early ^property[0].code = #kind
* #icu-magnesium-early ^property[0].valueCode = #observation
* #icu-magnesium-late "Magnesium, mean of the last 6 h" "Magnesium, mean of the last 6 h, over the window that the estimate covers. Unit: mg/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-magnesium-late ^property[0].code = #kind
* #icu-magnesium-late ^property[0].valueCode = #observation
* #icu-glucose-first "Glucose, first" "Glucose, first, over the window that the estimate covers. Unit: mg/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-glucose-first ^property[0].code = #kind
* #icu-glucose-first ^property[0].valueCode = #observation
* #icu-glucose-last "Glucose, last" "Glucose, last, over the window that the estimate covers. Unit: mg/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-glucose-last ^property[0].code = #kind
* #icu-glucose-last ^property[0].valueCode = #observation
* #icu-glucose-min "Glucose, lowest" "Glucose, lowest, over the window that the estimate covers. Unit: mg/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-glucose-min ^property[0].code = #kind
* #icu-glucose-min ^property[0].valueCode = #observation
* #icu-glucose-max "Glucose, highest" "Glucose, highest, over the window that the estimate covers. Unit: mg/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-glucose-max ^property[0].code = #kind
* #icu-glucose-max ^property[0].valueCode = #observation
* #icu-glucose-mean "Glucose, mean" "Glucose, mean, over the window that the estimate covers. Unit: mg/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-glucose-mean ^property[0].code = #kind
* #icu-glucose-mean ^property[0].valueCode = #observation
* #icu-glucose-change "Glucose, change from first to last" "Glucose, change from first to last, over the window that the estimate covers. Unit: mg/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-glucose-change ^property[0].code = #kind
* #icu-glucose-change ^property[0].valueCode = #observation
* #icu-glucose-sd "Glucose, spread of the hourly means" "Glucose, spread of the hourly means, over the window that the estimate covers. Unit: mg/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-glucose-sd ^property[0].code = #kind
* #icu-glucose-sd ^property[0].valueCode = #observation
* #icu-glucose-early "Glucose, mean of the first 6 h" "Glucose, mean of the first 6 h, over the window that the estimate covers. Unit: mg/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-glucose-early ^property[0].code = #kind
* #icu-glucose-early ^property[0].valueCode = #observation
* #icu-glucose-late "Glucose, mean of the last 6 h" "Glucose, mean of the last 6 h, over the window that the estimate covers. Unit: mg/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-glucose-late ^property[0].code = #kind
* #icu-glucose-late ^property[0].valueCode = #observation
* #icu-haematocrit-first "Haematocrit, first" "Haematocrit, first, over the window that the estimate covers. Unit: %. Method: module cap-icu. Population: adults in intensive care."
* #icu-haematocrit-first ^property[0].code = #kind
* #icu-haematocrit-first ^property[0].valueCode = #observation
* #icu-haematocrit-last "Haematocrit, last" "Haematocrit, last, over the window that the estimate covers. Unit: %. Method: module cap-icu. Population: adults in intensive care."
* #icu-haematocrit-last ^property[0].code = #kind
* #icu-haematocrit-last ^property[0].valueCode = #observation
* #icu-haematocrit-min "Haematocrit, lowest" "Haematocrit, lowest, over the window that the estimate covers. Unit: %. Method: module cap-icu. Population: adults in intensive care."
* #icu-haematocrit-min ^property[0].code = #kind
* #icu-haematocrit-min ^property[0].valueCode = #observation
* #icu-haematocrit-max "Haematocrit, highest" "Haematocrit, highest, over the window that the estimate covers. Unit: %. Method: module cap-icu. Population: adults in intensive care."
* #icu-haematocrit-max ^property[0].code = #kind
* #icu-haematocrit-max ^property[0].valueCode = #observation
* #icu-haematocrit-mean "Haematocrit, mean" "Haematocrit, mean, over the window that the estimate covers. Unit: %. Method: module cap-icu. Population: adults in intensive care."
* #icu-haematocrit-mean ^property[0].code = #kind
* #icu-haematocrit-mean ^property[0].valueCode = #observation
* #icu-haematocrit-change "Haematocrit, change from first to last" "Haematocrit, change from first to last, over the window that the estimate covers. Unit: %. Method: module cap-icu. Population: adults in intensive care."
* #icu-haematocrit-change ^property[0].code = #kind
* #icu-haematocrit-change ^property[0].valueCode = #observation
* #icu-haematocrit-sd "Haematocrit, spread of the hourly means" "Haematocrit, spread of the hourly means, over the window that the estimate covers. Unit: %. Method: module cap-icu. Population: adults in intensive care."
* #icu-haematocrit-sd ^property[0].code = #kind
* #icu-haematocrit-sd ^property[0].valueCode = #observation
* #icu-haematocrit-early "Haematocrit, mean of the first 6 h" "Haematocrit, mean of the first 6 h, over the window that the estimate covers. Unit: %. Method: module cap-icu. Population: adults in intensive care."
* #icu-haematocrit-early ^property[0].code = #kind
* #icu-haematocrit-early ^property[0].valueCode = #observation
* #icu-haematocrit-late "Haematocrit, mean of the last 6 h" "Haematocrit, mean of the last 6 h, over the window that the estimate covers. Unit: %. Method: module cap-icu. Population: adults in intensive care."
* #icu-haematocrit-late ^property[0].code = #kind
* #icu-haematocrit-late ^property[0].valueCode = #observation
* #icu-platelets-first "Platelets, first" "Platelets, first, over the window that the estimate covers. Unit: 10*3/uL. Method: module cap-icu. Population: adults in intensive care."
* #icu-platelets-first ^property[0].code = #kind
* #icu-platelets-first ^property[0].valueCode = #observation
* #icu-platelets-last "Platelets, last" "Platelets, last, over the window that the estimate covers. Unit: 10*3/uL. Method: module cap-icu. Population: adults in intensive care."
* #icu-platelets-last ^property[0].code = #kind
* #icu-platelets-last ^property[0].valueCode = #observation
* #icu-platelets-min "Platelets, lowest" "Platelets, lowest, over the window that the estimate covers. Unit: 10*3/uL. Method: module cap-icu. Population: adults in intensive care."
* #icu-platelets-min ^property[0].code = #kind
* #icu-platelets-min ^property[0].valueCode = #observation
* #icu-platelets-max "Platelets, highest" "Platelets, highest, over the window that the estimate covers. Unit: 10*3/uL. Method: module cap-icu. Population: adults in intensive care."
* #icu-platelets-max ^property[0].code = #kind
* #icu-platelets-max ^property[0].valueCode = #observation
* #icu-platelets-mean "Platelets, mean" "Platelets, mean, over the window that the estimate covers. Unit: 10*3/uL. Method: module cap-icu. Population: adults in intensive care."
* #icu-platelets-mean ^property[0].code = #kind
* #icu-platelets-mean ^property[0].valueCode = #observation
* #icu-platelets-change "Platelets, change from first to last" "Platelets, change from first to last, over the window that the estimate covers. Unit: 10*3/uL. Method: module cap-icu. Population: adults in intensive care."
* #icu-platelets-change ^property[0].code = #kind
* #icu-platelets-change ^property[0].valueCode = #observation
* #icu-platelets-sd "Platelets, spread of the hourly means" "Platelets, spread of the hourly means, over the window that the estimate covers. Unit: 10*3/uL. Method: module cap-icu. Population: adults in intensive care."
* #icu-platelets-sd ^property[0].code = #kind
* #icu-platelets-sd ^property[0].valueCode = #observation
* #icu-platelets-early "Platelets, mean of the first 6 h" "Platelets, mean of the first 6 h, over the window that the estimate covers. Unit: 10*3/uL. Method: module cap-icu. Population: adults in intensive care."
* #icu-platelets-early ^property[0].code = #kind
* #icu-platelets-early ^property[0].valueCode = #observation
* #icu-platelets-late "Platelets, mean of the last 6 h" "Platelets, mean of the last 6 h, over the window that the estimate covers. Unit: 10*3/uL. Method: module cap-icu. Population: adults in intensive care."
* #icu-platelets-late ^property[0].code = #kind
* #icu-platelets-late ^property[0].valueCode = #observation
* #icu-white-cells-first "Leukocytes, first" "Leukocytes, first, over the window that the estimate covers. Unit: 10*3/uL. Method: module cap-icu. Population: adults in intensive care."
* #icu-white-cells-first ^property[0].code = #kind
* #icu-white-cells-first ^property[0].valueCode = #observation
* #icu-white-cells-last "Leukocytes, last" "Leukocytes, last, over the window that the estimate covers. Unit: 10*3/uL. Method: module cap-icu. Population: adults in intensive care."
* #icu-white-cells-last ^property[0].code = #kind
* #icu-white-cells-last ^property[0].valueCode = #observation
* #icu-white-cells-min "Leukocytes, lowest" "Leukocytes, lowest, over the window that the estimate covers. Unit: 10*3/uL. Method: module cap-icu. Population: adults in intensive care."
* #icu-white-cells-min ^property[0].code = #kind
* #icu-white-cells-min ^property[0].valueCode = #observation
* #icu-white-cells-max "Leukocytes, highest" "Leukocytes, highest, over the window that the estimate covers. Unit: 10*3/uL. Method: module cap-icu. Population: adults in intensive care."
* #icu-white-cells-max ^property[0].code = #kind
* #icu-white-cells-max ^property[0].valueCode = #observation
* #icu-white-cells-mean "Leukocytes, mean" "Leukocytes, mean, over the window that the estimate covers. Unit: 10*3/uL. Method: module cap-icu. Population: adults in intensive care."
* #icu-white-cells-mean ^property[0].code = #kind
* #icu-white-cells-mean ^property[0].valueCode = #observation
* #icu-white-cells-change "Leukocytes, change from first to last" "Leukocytes, change from first to last, over the window that the estimate covers. Unit: 10*3/uL. Method: module cap-icu. Population: adults in intensive care."
* #icu-white-cells-change ^property[0].code = #kind
* #icu-white-cells-change ^property[0].valueCode = #observation
* #icu-white-cells-sd "Leukocytes, spread of the hourly means" "Leukocytes, spread of the hourly means, over the window that the estimate covers. Unit: 10*3/uL. Method: module cap-icu. Population: adults in intensive care."
* #icu-white-cells-sd ^property[0].code = #kind
* #icu-white-cells-sd ^property[0].valueCode = #observation
* #icu-white-cells-early "Leukocytes, mean of the first 6 h" "Leukocytes, mean of the first 6 h, over the window that the estimate covers. Unit: 10*3/uL. Method: module cap-icu. Population: adults in intensive care."
* #icu-white-cells-early ^property[0].code = #kind
* #icu-white-cells-early ^property[0].valueCode = #observation
* #icu-white-cells-late "Leukocytes, mean of the last 6 h" "Leukocytes, mean of the last 6 h, over the window that the estimate covers. Unit: 10*3/uL. Method: module cap-icu. Population: adults in intensive care."
* #icu-white-cells-late ^property[0].code = #kind
* #icu-white-cells-late ^property[0].valueCode = #observation
* #icu-bilirubin-first "Bilirubin, total, first" "Bilirubin, total, first, over the window that the estimate covers. Unit: mg/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-bilirubin-first ^property[0].code = #kind
* #icu-bilirubin-first ^property[0].valueCode = #observation
* #icu-bilirubin-last "Bilirubin, total, last" "Bilirubin, total, last, over the window that the estimate covers. Unit: mg/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-bilirubin-last ^property[0].code = #kind
* #icu-bilirubin-last ^property[0].valueCode = #observation
* #icu-bilirubin-min "Bilirubin, total, lowest" "Bilirubin, total, lowest, over the window that the estimate covers. Unit: mg/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-bilirubin-min ^property[0].code = #kind
* #icu-bilirubin-min ^property[0].valueCode = #observation
* #icu-bilirubin-max "Bilirubin, total, highest" "Bilirubin, total, highest, over the window that the estimate covers. Unit: mg/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-bilirubin-max ^property[0].code = #kind
* #icu-bilirubin-max ^property[0].valueCode = #observation
* #icu-bilirubin-mean "Bilirubin, total, mean" "Bilirubin, total, mean, over the window that the estimate covers. Unit: mg/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-bilirubin-mean ^property[0].code = #kind
* #icu-bilirubin-mean ^property[0].valueCode = #observation
* #icu-bilirubin-change "Bilirubin, total, change from first to last" "Bilirubin, total, change from first to last, over the window that the estimate covers. Unit: mg/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-bilirubin-change ^property[0].code = #kind
* #icu-bilirubin-change ^property[0].valueCode = #observation
* #icu-bilirubin-sd "Bilirubin, total, spread of the hourly means" "Bilirubin, total, spread of the hourly means, over the window that the estimate covers. Unit: mg/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-bilirubin-sd ^property[0].code = #kind
* #icu-bilirubin-sd ^property[0].valueCode = #observation
* #icu-bilirubin-early "Bilirubin, total, mean of the first 6 h" "Bilirubin, total, mean of the first 6 h, over the window that the estimate covers. Unit: mg/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-bilirubin-early ^property[0].code = #kind
* #icu-bilirubin-early ^property[0].valueCode = #observation
* #icu-bilirubin-late "Bilirubin, total, mean of the last 6 h" "Bilirubin, total, mean of the last 6 h, over the window that the estimate covers. Unit: mg/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-bilirubin-late ^property[0].code = #kind
* #icu-bilirubin-late ^property[0].valueCode = #observation
* #icu-albumin-first "Albumin, first" "Albumin, first, over the window that the estimate covers. Unit: g/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-albumin-first ^property[0].code = #kind
* #icu-albumin-first ^property[0].valueCode = #observation
* #icu-albumin-last "Albumin, last" "Albumin, last, over the window that the estimate covers. Unit: g/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-albumin-last ^property[0].code = #kind
* #icu-albumin-last ^property[0].valueCode = #observation
* #icu-albumin-min "Albumin, lowest" "Albumin, lowest, over the window that the estimate covers. Unit: g/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-albumin-min ^property[0].code = #kind
* #icu-albumin-min ^property[0].valueCode = #observation
* #icu-albumin-max "Albumin, highest" "Albumin, highest, over the window that the estimate covers. Unit: g/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-albumin-max ^property[0].code = #kind
* #icu-albumin-max ^property[0].valueCode = #observation
* #icu-albumin-mean "Albumin, mean" "Albumin, mean, over the window that the estimate covers. Unit: g/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-albumin-mean ^property[0].code = #kind
* #icu-albumin-mean ^property[0].valueCode = #observation
* #icu-albumin-change "Albumin, change from first to last" "Albumin, change from first to last, over the window that the estimate covers. Unit: g/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-albumin-change ^property[0].code = #kind
* #icu-albumin-change ^property[0].valueCode = #observation
* #icu-albumin-sd "Albumin, spread of the hourly means" "Albumin, spread of the hourly means, over the window that the estimate covers. Unit: g/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-albumin-sd ^property[0].code = #kind
* #icu-albumin-sd ^property[0].valueCode = #observation
* #icu-albumin-early "Albumin, mean of the first 6 h" "Albumin, mean of the first 6 h, over the window that the estimate covers. Unit: g/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-albumin-early ^property[0].code = #kind
* #icu-albumin-early ^property[0].valueCode = #observation
* #icu-albumin-late "Albumin, mean of the last 6 h" "Albumin, mean of the last 6 h, over the window that the estimate covers. Unit: g/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-albumin-late ^property[0].code = #kind
* #icu-albumin-late ^property[0].valueCode = #observation
* #icu-ast-first "Aspartate aminotransferase, first" "Aspartate aminotransferase, first, over the window that the estimate covers. Unit: U/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-ast-first ^property[0].code = #kind
* #icu-ast-first ^property[0].valueCode = #observation
* #icu-ast-last "Aspartate aminotransferase, last" "Aspartate aminotransferase, last, over the window that the estimate covers. Unit: U/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-ast-last ^property[0].code = #kind
* #icu-ast-last ^property[0].valueCode = #observation
* #icu-ast-min "Aspartate aminotransferase, lowest" "Aspartate aminotransferase, lowest, over the window that the estimate covers. Unit: U/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-ast-min ^property[0].code = #kind
* #icu-ast-min ^property[0].valueCode = #observation
* #icu-ast-max "Aspartate aminotransferase, highest" "Aspartate aminotransferase, highest, over the window that the estimate covers. Unit: U/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-ast-max ^property[0].code = #kind
* #icu-ast-max ^property[0].valueCode = #observation
* #icu-ast-mean "Aspartate aminotransferase, mean" "Aspartate aminotransferase, mean, over the window that the estimate covers. Unit: U/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-ast-mean ^property[0].code = #kind
* #icu-ast-mean ^property[0].valueCode = #observation
* #icu-ast-change "Aspartate aminotransferase, change from first to last" "Aspartate aminotransferase, change from first to last, over the window that the estimate covers. Unit: U/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-ast-change ^property[0].code = #kind
* #icu-ast-change ^property[0].valueCode = #observation
* #icu-ast-sd "Aspartate aminotransferase, spread of the hourly means" "Aspartate aminotransferase, spread of the hourly means, over the window that the estimate covers. Unit: U/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-ast-sd ^property[0].code = #kind
* #icu-ast-sd ^property[0].valueCode = #observation
* #icu-ast-early "Aspartate aminotransferase, mean of the first 6 h" "Aspartate aminotransferase, mean of the first 6 h, over the window that the estimate covers. Unit: U/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-ast-early ^property[0].code = #kind
* #icu-ast-early ^property[0].valueCode = #observation
* #icu-ast-late "Aspartate aminotransferase, mean of the last 6 h" "Aspartate aminotransferase, mean of the last 6 h, over the window that the estimate covers. Unit: U/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-ast-late ^property[0].code = #kind
* #icu-ast-late ^property[0].valueCode = #observation
* #icu-alt-first "Alanine aminotransferase, first" "Alanine aminotransferase, first, over the window that the estimate covers. Unit: U/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-alt-first ^property[0].code = #kind
* #icu-alt-first ^property[0].valueCode = #observation
* #icu-alt-last "Alanine aminotransferase, last" "Alanine aminotransferase, last, over the window that the estimate covers. Unit: U/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-alt-last ^property[0].code = #kind
* #icu-alt-last ^property[0].valueCode = #observation
* #icu-alt-min "Alanine aminotransferase, lowest" "Alanine aminotransferase, lowest, over the window that the estimate covers. Unit: U/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-alt-min ^property[0].code = #kind
* #icu-alt-min ^property[0].valueCode = #observation
* #icu-alt-max "Alanine aminotransferase, highest" "Alanine aminotransferase, highest, over the window that the estimate covers. Unit: U/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-alt-max ^property[0].code = #kind
* #icu-alt-max ^property[0].valueCode = #observation
* #icu-alt-mean "Alanine aminotransferase, mean" "Alanine aminotransferase, mean, over the window that the estimate covers. Unit: U/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-alt-mean ^property[0].code = #kind
* #icu-alt-mean ^property[0].valueCode = #observation
* #icu-alt-change "Alanine aminotransferase, change from first to last" "Alanine aminotransferase, change from first to last, over the window that the estimate covers. Unit: U/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-alt-change ^property[0].code = #kind
* #icu-alt-change ^property[0].valueCode = #observation
* #icu-alt-sd "Alanine aminotransferase, spread of the hourly means" "Alanine aminotransferase, spread of the hourly means, over the window that the estimate covers. Unit: U/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-alt-sd ^property[0].code = #kind
* #icu-alt-sd ^property[0].valueCode = #observation
* #icu-alt-early "Alanine aminotransferase, mean of the first 6 h" "Alanine aminotransferase, mean of the first 6 h, over the window that the estimate covers. Unit: U/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-alt-early ^property[0].code = #kind
* #icu-alt-early ^property[0].valueCode = #observation
* #icu-alt-late "Alanine aminotransferase, mean of the last 6 h" "Alanine aminotransferase, mean of the last 6 h, over the window that the estimate covers. Unit: U/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-alt-late ^property[0].code = #kind
* #icu-alt-late ^property[0].valueCode = #observation
* #icu-alp-first "Alkaline phosphatase, first" "Alkaline phosphatase, first, over the window that the estimate covers. Unit: U/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-alp-first ^property[0].code = #kind
* #icu-alp-first ^property[0].valueCode = #observation
* #icu-alp-last "Alkaline phosphatase, last" "Alkaline phosphatase, last, over the window that the estimate covers. Unit: U/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-alp-last ^property[0].code = #kind
* #icu-alp-last ^property[0].valueCode = #observation
* #icu-alp-min "Alkaline phosphatase, lowest" "Alkaline phosphatase, lowest, over the window that the estimate covers. Unit: U/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-alp-min ^property[0].code = #kind
* #icu-alp-min ^property[0].valueCode = #observation
* #icu-alp-max "Alkaline phosphatase, highest" "Alkaline phosphatase, highest, over the window that the estimate covers. Unit: U/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-alp-max ^property[0].code = #kind
* #icu-alp-max ^property[0].valueCode = #observation
* #icu-alp-mean "Alkaline phosphatase, mean" "Alkaline phosphatase, mean, over the window that the estimate covers. Unit: U/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-alp-mean ^property[0].code = #kind
* #icu-alp-mean ^property[0].valueCode = #observation
* #icu-alp-change "Alkaline phosphatase, change from first to last" "Alkaline phosphatase, change from first to last, over the window that the estimate covers. Unit: U/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-alp-change ^property[0].code = #kind
* #icu-alp-change ^property[0].valueCode = #observation
* #icu-alp-sd "Alkaline phosphatase, spread of the hourly means" "Alkaline phosphatase, spread of the hourly means, over the window that the estimate covers. Unit: U/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-alp-sd ^property[0].code = #kind
* #icu-alp-sd ^property[0].valueCode = #observation
* #icu-alp-early "Alkaline phosphatase, mean of the first 6 h" "Alkaline phosphatase, mean of the first 6 h, over the window that the estimate covers. Unit: U/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-alp-early ^property[0].code = #kind
* #icu-alp-early ^property[0].valueCode = #observation
* #icu-alp-late "Alkaline phosphatase, mean of the last 6 h" "Alkaline phosphatase, mean of the last 6 h, over the window that the estimate covers. Unit: U/L. Method: module cap-icu. Population: adults in intensive care."
* #icu-alp-late ^property[0].code = #kind
* #icu-alp-late ^property[0].valueCode = #observation
* #icu-troponin-t-first "Troponin T, first" "Troponin T, first, over the window that the estimate covers. Unit: ng/mL. Method: module cap-icu. Population: adults in intensive care."
* #icu-troponin-t-first ^property[0].code = #kind
* #icu-troponin-t-first ^property[0].valueCode = #observation
* #icu-troponin-t-last "Troponin T, last" "Troponin T, last, over the window that the estimate covers. Unit: ng/mL. Method: module cap-icu. Population: adults in intensive care."
* #icu-troponin-t-last ^property[0].code = #kind
* #icu-troponin-t-last ^property[0].valueCode = #observation
* #icu-troponin-t-min "Troponin T, lowest" "Troponin T, lowest, over the window that the estimate covers. Unit: ng/mL. Method: module cap-icu. Population: adults in intensive care."
* #icu-troponin-t-min ^property[0].code = #kind
* #icu-troponin-t-min ^property[0].valueCode = #observation
* #icu-troponin-t-max "Troponin T, highest" "Troponin T, highest, over the window that the estimate covers. Unit: ng/mL. Method: module cap-icu. Population: adults in intensive care."
* #icu-troponin-t-max ^property[0].code = #kind
* #icu-troponin-t-max ^property[0].valueCode = #observation
* #icu-troponin-t-mean "Troponin T, mean" "Troponin T, mean, over the window that the estimate covers. Unit: ng/mL. Method: module cap-icu. Population: adults in intensive care."
* #icu-troponin-t-mean ^property[0].code = #kind
* #icu-troponin-t-mean ^property[0].valueCode = #observation
* #icu-troponin-t-change "Troponin T, change from first to last" "Troponin T, change from first to last, over the window that the estimate covers. Unit: ng/mL. Method: module cap-icu. Population: adults in intensive care."
* #icu-troponin-t-change ^property[0].code = #kind
* #icu-troponin-t-change ^property[0].valueCode = #observation
* #icu-troponin-t-sd "Troponin T, spread of the hourly means" "Troponin T, spread of the hourly means, over the window that the estimate covers. Unit: ng/mL. Method: module cap-icu. Population: adults in intensive care."
* #icu-troponin-t-sd ^property[0].code = #kind
* #icu-troponin-t-sd ^property[0].valueCode = #observation
* #icu-troponin-t-early "Troponin T, mean of the first 6 h" "Troponin T, mean of the first 6 h, over the window that the estimate covers. Unit: ng/mL. Method: module cap-icu. Population: adults in intensive care."
* #icu-troponin-t-early ^property[0].code = #kind
* #icu-troponin-t-early ^property[0].valueCode = #observation
* #icu-troponin-t-late "Troponin T, mean of the last 6 h" "Troponin T, mean of the last 6 h, over the window that the estimate covers. Unit: ng/mL. Method: module cap-icu. Population: adults in intensive care."
* #icu-troponin-t-late ^property[0].code = #kind
* #icu-troponin-t-late ^property[0].valueCode = #observation
* #icu-troponin-i-first "Troponin I, first" "Troponin I, first, over the window that the estimate covers. Unit: ng/mL. Method: module cap-icu. Population: adults in intensive care."
* #icu-troponin-i-first ^property[0].code = #kind
* #icu-troponin-i-first ^property[0].valueCode = #observation
* #icu-troponin-i-last "Troponin I, last" "Troponin I, last, over the window that the estimate covers. Unit: ng/mL. Method: module cap-icu. Population: adults in intensive care."
* #icu-troponin-i-last ^property[0].code = #kind
* #icu-troponin-i-last ^property[0].valueCode = #observation
* #icu-troponin-i-min "Troponin I, lowest" "Troponin I, lowest, over the window that the estimate covers. Unit: ng/mL. Method: module cap-icu. Population: adults in intensive care."
* #icu-troponin-i-min ^property[0].code = #kind
* #icu-troponin-i-min ^property[0].valueCode = #observation
* #icu-troponin-i-max "Troponin I, highest" "Troponin I, highest, over the window that the estimate covers. Unit: ng/mL. Method: module cap-icu. Population: adults in intensive care."
* #icu-troponin-i-max ^property[0].code = #kind
* #icu-troponin-i-max ^property[0].valueCode = #observation
* #icu-troponin-i-mean "Troponin I, mean" "Troponin I, mean, over the window that the estimate covers. Unit: ng/mL. Method: module cap-icu. Population: adults in intensive care."
* #icu-troponin-i-mean ^property[0].code = #kind
* #icu-troponin-i-mean ^property[0].valueCode = #observation
* #icu-troponin-i-change "Troponin I, change from first to last" "Troponin I, change from first to last, over the window that the estimate covers. Unit: ng/mL. Method: module cap-icu. Population: adults in intensive care."
* #icu-troponin-i-change ^property[0].code = #kind
* #icu-troponin-i-change ^property[0].valueCode = #observation
* #icu-troponin-i-sd "Troponin I, spread of the hourly means" "Troponin I, spread of the hourly means, over the window that the estimate covers. Unit: ng/mL. Method: module cap-icu. Population: adults in intensive care."
* #icu-troponin-i-sd ^property[0].code = #kind
* #icu-troponin-i-sd ^property[0].valueCode = #observation
* #icu-troponin-i-early "Troponin I, mean of the first 6 h" "Troponin I, mean of the first 6 h, over the window that the estimate covers. Unit: ng/mL. Method: module cap-icu. Population: adults in intensive care."
* #icu-troponin-i-early ^property[0].code = #kind
* #icu-troponin-i-early ^property[0].valueCode = #observation
* #icu-troponin-i-late "Troponin I, mean of the last 6 h" "Troponin I, mean of the last 6 h, over the window that the estimate covers. Unit: ng/mL. Method: module cap-icu. Population: adults in intensive care."
* #icu-troponin-i-late ^property[0].code = #kind
* #icu-troponin-i-late ^property[0].valueCode = #observation
* #icu-cholesterol-first "Cholesterol, first" "Cholesterol, first, over the window that the estimate covers. Unit: mg/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-cholesterol-first ^property[0].code = #kind
* #icu-cholesterol-first ^property[0].valueCode = #observation
* #icu-cholesterol-last "Cholesterol, last" "Cholesterol, last, over the window that the estimate covers. Unit: mg/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-cholesterol-last ^property[0].code = #kind
* #icu-cholesterol-last ^property[0].valueCode = #observation
* #icu-cholesterol-min "Cholesterol, lowest" "Cholesterol, lowest, over the window that the estimate covers. Unit: mg/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-cholesterol-min ^property[0].code = #kind
* #icu-cholesterol-min ^property[0].valueCode = #observation
* #icu-cholesterol-max "Cholesterol, highest" "Cholesterol, highest, over the window that the estimate covers. Unit: mg/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-cholesterol-max ^property[0].code = #kind
* #icu-cholesterol-max ^property[0].valueCode = #observation
* #icu-cholesterol-mean "Cholesterol, mean" "Cholesterol, mean, over the window that the estimate covers. Unit: mg/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-cholesterol-mean ^property[0].code = #kind
* #icu-cholesterol-mean ^property[0].valueCode = #observation
* #icu-cholesterol-change "Cholesterol, change from first to last" "Cholesterol, change from first to last, over the window that the estimate covers. Unit: mg/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-cholesterol-change ^property[0].code = #kind
* #icu-cholesterol-change ^property[0].valueCode = #observation
* #icu-cholesterol-sd "Cholesterol, spread of the hourly means" "Cholesterol, spread of the hourly means, over the window that the estimate covers. Unit: mg/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-cholesterol-sd ^property[0].code = #kind
* #icu-cholesterol-sd ^property[0].valueCode = #observation
* #icu-cholesterol-early "Cholesterol, mean of the first 6 h" "Cholesterol, mean of the first 6 h, over the window that the estimate covers. Unit: mg/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-cholesterol-early ^property[0].code = #kind
* #icu-cholesterol-early ^property[0].valueCode = #observation
* #icu-cholesterol-late "Cholesterol, mean of the last 6 h" "Cholesterol, mean of the last 6 h, over the window that the estimate covers. Unit: mg/dL. Method: module cap-icu. Population: adults in intensive care."
* #icu-cholesterol-late ^property[0].code = #kind
* #icu-cholesterol-late ^property[0].valueCode = #observation
* #icu-weight-first "Body weight, first" "Body weight, first, over the window that the estimate covers. Unit: kg. Method: module cap-icu. Population: adults in intensive care."
* #icu-weight-first ^property[0].code = #kind
* #icu-weight-first ^property[0].valueCode = #observation
* #icu-weight-last "Body weight, last" "Body weight, last, over the window that the estimate covers. Unit: kg. Method: module cap-icu. Population: adults in intensive care."
* #icu-weight-last ^property[0].code = #kind
* #icu-weight-last ^property[0].valueCode = #observation
* #icu-weight-min "Body weight, lowest" "Body weight, lowest, over the window that the estimate covers. Unit: kg. Method: module cap-icu. Population: adults in intensive care."
* #icu-weight-min ^property[0].code = #kind
* #icu-weight-min ^property[0].valueCode = #observation
* #icu-weight-max "Body weight, highest" "Body weight, highest, over the window that the estimate covers. Unit: kg. Method: module cap-icu. Population: adults in intensive care."
* #icu-weight-max ^property[0].code = #kind
* #icu-weight-max ^property[0].valueCode = #observation
* #icu-weight-mean "Body weight, mean" "Body weight, mean, over the window that the estimate covers. Unit: kg. Method: module cap-icu. Population: adults in intensive care."
* #icu-weight-mean ^property[0].code = #kind
* #icu-weight-mean ^property[0].valueCode = #observation
* #icu-weight-change "Body weight, change from first to last" "Body weight, change from first to last, over the window that the estimate covers. Unit: kg. Method: module cap-icu. Population: adults in intensive care."
* #icu-weight-change ^property[0].code = #kind
* #icu-weight-change ^property[0].valueCode = #observation
* #icu-weight-sd "Body weight, spread of the hourly means" "Body weight, spread of the hourly means, over the window that the estimate covers. Unit: kg. Method: module cap-icu. Population: adults in intensive care."
* #icu-weight-sd ^property[0].code = #kind
* #icu-weight-sd ^property[0].valueCode = #observation
* #icu-weight-early "Body weight, mean of the first 6 h" "Body weight, mean of the first 6 h, over the window that the estimate covers. Unit: kg. Method: module cap-icu. Population: adults in intensive care."
* #icu-weight-early ^property[0].code = #kind
* #icu-weight-early ^property[0].valueCode = #observation
* #icu-weight-late "Body weight, mean of the last 6 h" "Body weight, mean of the last 6 h, over the window that the estimate covers. Unit: kg. Method: module cap-icu. Population: adults in intensive care."
* #icu-weight-late ^property[0].code = #kind
* #icu-weight-late ^property[0].valueCode = #observation
* #icu-ventilation-any "Mechanical ventilation, at any time" "Mechanical ventilation, at any time, over the window that the estimate covers. Unit: 1. Method: module cap-icu. Population: adults in intensive care."
* #icu-ventilation-any ^property[0].code = #kind
* #icu-ventilation-any ^property[0].valueCode = #observation
* #icu-ventilation-late "Mechanical ventilation, in the last 6 h" "Mechanical ventilation, in the last 6 h, over the window that the estimate covers. Unit: 1. Method: module cap-icu. Population: adults in intensive care."
* #icu-ventilation-late ^property[0].code = #kind
* #icu-ventilation-late ^property[0].valueCode = #observation
* #icu-shock-index-mean "Shock index (heart rate over systolic pressure), mean" "Shock index (heart rate over systolic pressure), mean, over the window that the estimate covers. Unit: 1. Method: module cap-icu. Population: adults in intensive care."
* #icu-shock-index-mean ^property[0].code = #kind
* #icu-shock-index-mean ^property[0].valueCode = #observation
* #icu-shock-index-max "Shock index (heart rate over systolic pressure), highest" "Shock index (heart rate over systolic pressure), highest, over the window that the estimate covers. Unit: 1. Method: module cap-icu. Population: adults in intensive care."
* #icu-shock-index-max ^property[0].code = #kind
* #icu-shock-index-max ^property[0].valueCode = #observation
* #icu-pulse-pressure-mean "Pulse pressure, mean" "Pulse pressure, mean, over the window that the estimate covers. Unit: mm[Hg]. Method: module cap-icu. Population: adults in intensive care."
* #icu-pulse-pressure-mean ^property[0].code = #kind
* #icu-pulse-pressure-mean ^property[0].valueCode = #observation
* #icu-pulse-pressure-min "Pulse pressure, lowest" "Pulse pressure, lowest, over the window that the estimate covers. Unit: mm[Hg]. Method: module cap-icu. Population: adults in intensive care."
* #icu-pulse-pressure-min ^property[0].code = #kind
* #icu-pulse-pressure-min ^property[0].valueCode = #observation
* #icu-pf-ratio-min "PaO2 over inspired oxygen fraction, lowest" "PaO2 over inspired oxygen fraction, lowest, over the window that the estimate covers. Unit: mm[Hg]. Method: module cap-icu. Population: adults in intensive care."
* #icu-pf-ratio-min ^property[0].code = #kind
* #icu-pf-ratio-min ^property[0].valueCode = #observation
* #icu-pf-ratio-last "PaO2 over inspired oxygen fraction, last" "PaO2 over inspired oxygen fraction, last, over the window that the estimate covers. Unit: mm[Hg]. Method: module cap-icu. Population: adults in intensive care."
* #icu-pf-ratio-last ^property[0].code = #kind
* #icu-pf-ratio-last ^property[0].valueCode = #observation
* #icu-bun-creatinine-last "Urea nitrogen over creatinine, last" "Urea nitrogen over creatinine, last, over the window that the estimate covers. Unit: 1. Method: module cap-icu. Population: adults in intensive care."
* #icu-bun-creatinine-last ^property[0].code = #kind
* #icu-bun-creatinine-last ^property[0].valueCode = #observation
* #icu-sofa-partial "Organ failure score of what is known" "Organ failure score of what is known, over the window that the estimate covers. Unit: {score}. Method: module cap-icu. Population: adults in intensive care."
* #icu-sofa-partial ^property[0].code = #kind
* #icu-sofa-partial ^property[0].valueCode = #observation
