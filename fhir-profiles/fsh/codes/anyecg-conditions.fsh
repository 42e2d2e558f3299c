// Written by scripts/anyecg-concepts.ts from labels.json of anyecg-1: do not edit.
RuleSet: AnyEcgConditionConcepts
* #anyecg-atrial-fibrillation "Atrial fibrillation" "Atrial fibrillation. ICD-10 category I48. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-atrial-fibrillation ^property[0].code = #kind
* #anyecg-atrial-fibrillation ^property[0].valueCode = #condition
* #anyecg-conduction-av-left "Atrioventricular and left bundle-branch block" "Atrioventricular and left bundle-branch block. ICD-10 category I44. Truth in training: real. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-conduction-av-left ^property[0].code = #kind
* #anyecg-conduction-av-left ^property[0].valueCode = #condition
* #anyecg-conduction-other "Other conduction disorder (right bundle-branch block and others)" "Other conduction disorder (right bundle-branch block and others). ICD-10 category I45. Truth in training: real. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-conduction-other ^property[0].code = #kind
* #anyecg-conduction-other ^property[0].valueCode = #condition
* #anyecg-paroxysmal-tachycardia "Paroxysmal tachycardia" "Paroxysmal tachycardia. ICD-10 category I47. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-paroxysmal-tachycardia ^property[0].code = #kind
* #anyecg-paroxysmal-tachycardia ^property[0].valueCode = #condition
* #anyecg-other-arrhythmia "Other cardiac arrhythmia" "Other cardiac arrhythmia. ICD-10 category I49. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-other-arrhythmia ^property[0].code = #kind
* #anyecg-other-arrhythmia ^property[0].valueCode = #condition
* #anyecg-abnormal-heart-beat "Abnormality of heart beat" "Abnormality of heart beat. ICD-10 category R00. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-abnormal-heart-beat ^property[0].code = #kind
* #anyecg-abnormal-heart-beat ^property[0].valueCode = #condition
* #anyecg-syncope "Syncope and collapse" "Syncope and collapse. ICD-10 category R55. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-syncope ^property[0].code = #kind
* #anyecg-syncope ^property[0].valueCode = #condition
* #anyecg-dizziness "Dizziness and giddiness" "Dizziness and giddiness. ICD-10 category R42. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-dizziness ^property[0].code = #kind
* #anyecg-dizziness ^property[0].valueCode = #condition
* #anyecg-angina "Angina pectoris" "Angina pectoris. ICD-10 category I20. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-angina ^property[0].code = #kind
* #anyecg-angina ^property[0].valueCode = #condition
* #anyecg-acute-infarction "Acute myocardial infarction" "Acute myocardial infarction. ICD-10 category I21. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-acute-infarction ^property[0].code = #kind
* #anyecg-acute-infarction ^property[0].valueCode = #condition
* #anyecg-subsequent-infarction "Subsequent myocardial infarction" "Subsequent myocardial infarction. ICD-10 category I22. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-subsequent-infarction ^property[0].code = #kind
* #anyecg-subsequent-infarction ^property[0].valueCode = #condition
* #anyecg-other-acute-ischaemia "Other acute ischaemic heart disease" "Other acute ischaemic heart disease. ICD-10 category I24. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-other-acute-ischaemia ^property[0].code = #kind
* #anyecg-other-acute-ischaemia ^property[0].valueCode = #condition
* #anyecg-chronic-ischaemia "Chronic ischaemic heart disease with old infarction" "Chronic ischaemic heart disease with old infarction. ICD-10 category I25. Truth in training: real. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-chronic-ischaemia ^property[0].code = #kind
* #anyecg-chronic-ischaemia ^property[0].valueCode = #condition
* #anyecg-atherosclerosis "Atherosclerosis" "Atherosclerosis. ICD-10 category I70. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-atherosclerosis ^property[0].code = #kind
* #anyecg-atherosclerosis ^property[0].valueCode = #condition
* #anyecg-precerebral-stenosis "Occlusion and stenosis of precerebral arteries" "Occlusion and stenosis of precerebral arteries. ICD-10 category I65. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-precerebral-stenosis ^property[0].code = #kind
* #anyecg-precerebral-stenosis ^property[0].valueCode = #condition
* #anyecg-chest-pain "Pain in throat and chest" "Pain in throat and chest. ICD-10 category R07. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-chest-pain ^property[0].code = #kind
* #anyecg-chest-pain ^property[0].valueCode = #condition
* #anyecg-cardiomyopathy "Cardiomyopathy" "Cardiomyopathy. ICD-10 category I42. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-cardiomyopathy ^property[0].code = #kind
* #anyecg-cardiomyopathy ^property[0].valueCode = #condition
* #anyecg-heart-failure "Heart failure" "Heart failure. ICD-10 category I50. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-heart-failure ^property[0].code = #kind
* #anyecg-heart-failure ^property[0].valueCode = #condition
* #anyecg-aortic-stenosis "Aortic stenosis" "Aortic stenosis. ICD-10 category I35. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-aortic-stenosis ^property[0].code = #kind
* #anyecg-aortic-stenosis ^property[0].valueCode = #condition
* #anyecg-mitral-valve-disease "Nonrheumatic mitral valve disorder" "Nonrheumatic mitral valve disorder. ICD-10 category I34. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-mitral-valve-disease ^property[0].code = #kind
* #anyecg-mitral-valve-disease ^property[0].valueCode = #condition
* #anyecg-tricuspid-valve-disease "Nonrheumatic tricuspid valve disorder" "Nonrheumatic tricuspid valve disorder. ICD-10 category I36. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-tricuspid-valve-disease ^property[0].code = #kind
* #anyecg-tricuspid-valve-disease ^property[0].valueCode = #condition
* #anyecg-pericarditis "Acute pericarditis" "Acute pericarditis. ICD-10 category I30. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-pericarditis ^property[0].code = #kind
* #anyecg-pericarditis ^property[0].valueCode = #condition
* #anyecg-myocarditis "Acute myocarditis" "Acute myocarditis. ICD-10 category I40. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-myocarditis ^property[0].code = #kind
* #anyecg-myocarditis ^property[0].valueCode = #condition
* #anyecg-left-ventricular-hypertrophy "Left ventricular hypertrophy" "Left ventricular hypertrophy. ICD-10 category I51. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-left-ventricular-hypertrophy ^property[0].code = #kind
* #anyecg-left-ventricular-hypertrophy ^property[0].valueCode = #condition
* #anyecg-hypertension "Essential hypertension" "Essential hypertension. ICD-10 category I10. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-hypertension ^property[0].code = #kind
* #anyecg-hypertension ^property[0].valueCode = #condition
* #anyecg-hypertensive-heart-disease "Hypertensive heart disease" "Hypertensive heart disease. ICD-10 category I11. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-hypertensive-heart-disease ^property[0].code = #kind
* #anyecg-hypertensive-heart-disease ^property[0].valueCode = #condition
* #anyecg-pulmonary-heart-disease "Other pulmonary heart disease" "Other pulmonary heart disease. ICD-10 category I27. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-pulmonary-heart-disease ^property[0].code = #kind
* #anyecg-pulmonary-heart-disease ^property[0].valueCode = #condition
* #anyecg-pulmonary-embolism "Pulmonary embolism" "Pulmonary embolism. ICD-10 category I26. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-pulmonary-embolism ^property[0].code = #kind
* #anyecg-pulmonary-embolism ^property[0].valueCode = #condition
* #anyecg-aortic-aneurysm "Aortic aneurysm and dissection" "Aortic aneurysm and dissection. ICD-10 category I71. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-aortic-aneurysm ^property[0].code = #kind
* #anyecg-aortic-aneurysm ^property[0].valueCode = #condition
* #anyecg-peripheral-vascular "Other peripheral vascular disease" "Other peripheral vascular disease. ICD-10 category I73. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-peripheral-vascular ^property[0].code = #kind
* #anyecg-peripheral-vascular ^property[0].valueCode = #condition
* #anyecg-hypotension "Hypotension" "Hypotension. ICD-10 category I95. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-hypotension ^property[0].code = #kind
* #anyecg-hypotension ^property[0].valueCode = #condition
* #anyecg-varicose-veins "Varicose veins of lower extremities" "Varicose veins of lower extremities. ICD-10 category I83. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-varicose-veins ^property[0].code = #kind
* #anyecg-varicose-veins ^property[0].valueCode = #condition
* #anyecg-copd "Chronic obstructive pulmonary disease" "Chronic obstructive pulmonary disease. ICD-10 category J44. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-copd ^property[0].code = #kind
* #anyecg-copd ^property[0].valueCode = #condition
* #anyecg-asthma "Asthma" "Asthma. ICD-10 category J45. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-asthma ^property[0].code = #kind
* #anyecg-asthma ^property[0].valueCode = #condition
* #anyecg-interstitial-lung "Other interstitial pulmonary disease" "Other interstitial pulmonary disease. ICD-10 category J84. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-interstitial-lung ^property[0].code = #kind
* #anyecg-interstitial-lung ^property[0].valueCode = #condition
* #anyecg-pneumonia "Pneumonia, organism unspecified" "Pneumonia, organism unspecified. ICD-10 category J18. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-pneumonia ^property[0].code = #kind
* #anyecg-pneumonia ^property[0].valueCode = #condition
* #anyecg-pleural-effusion "Pleural effusion" "Pleural effusion. ICD-10 category J90. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-pleural-effusion ^property[0].code = #kind
* #anyecg-pleural-effusion ^property[0].valueCode = #condition
* #anyecg-sleep-apnoea "Sleep apnoea" "Sleep apnoea. ICD-10 category G47. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-sleep-apnoea ^property[0].code = #kind
* #anyecg-sleep-apnoea ^property[0].valueCode = #condition
* #anyecg-allergic-rhinitis "Vasomotor and allergic rhinitis" "Vasomotor and allergic rhinitis. ICD-10 category J30. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-allergic-rhinitis ^property[0].code = #kind
* #anyecg-allergic-rhinitis ^property[0].valueCode = #condition
* #anyecg-chronic-sinusitis "Chronic sinusitis" "Chronic sinusitis. ICD-10 category J32. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-chronic-sinusitis ^property[0].code = #kind
* #anyecg-chronic-sinusitis ^property[0].valueCode = #condition
* #anyecg-chronic-kidney-disease "Chronic kidney disease" "Chronic kidney disease. ICD-10 category N18. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-chronic-kidney-disease ^property[0].code = #kind
* #anyecg-chronic-kidney-disease ^property[0].valueCode = #condition
* #anyecg-acute-kidney-failure "Acute renal failure" "Acute renal failure. ICD-10 category N17. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-acute-kidney-failure ^property[0].code = #kind
* #anyecg-acute-kidney-failure ^property[0].valueCode = #condition
* #anyecg-nephrotic-syndrome "Nephrotic syndrome" "Nephrotic syndrome. ICD-10 category N04. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-nephrotic-syndrome ^property[0].code = #kind
* #anyecg-nephrotic-syndrome ^property[0].valueCode = #condition
* #anyecg-tubular-disorder "Disorder of impaired renal tubular function" "Disorder of impaired renal tubular function. ICD-10 category N25. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-tubular-disorder ^property[0].code = #kind
* #anyecg-tubular-disorder ^property[0].valueCode = #condition
* #anyecg-obstructive-uropathy "Obstructive and reflux uropathy" "Obstructive and reflux uropathy. ICD-10 category N13. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-obstructive-uropathy ^property[0].code = #kind
* #anyecg-obstructive-uropathy ^property[0].valueCode = #condition
* #anyecg-kidney-stone "Calculus of kidney and ureter" "Calculus of kidney and ureter. ICD-10 category N20. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-kidney-stone ^property[0].code = #kind
* #anyecg-kidney-stone ^property[0].valueCode = #condition
* #anyecg-urinary-infection "Other disorder of the urinary system (infection)" "Other disorder of the urinary system (infection). ICD-10 category N39. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-urinary-infection ^property[0].code = #kind
* #anyecg-urinary-infection ^property[0].valueCode = #condition
* #anyecg-prostatic-hyperplasia "Hyperplasia of prostate" "Hyperplasia of prostate. ICD-10 category N40. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-prostatic-hyperplasia ^property[0].code = #kind
* #anyecg-prostatic-hyperplasia ^property[0].valueCode = #condition
* #anyecg-type-2-diabetes "Type 2 diabetes" "Type 2 diabetes. ICD-10 category E11. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-type-2-diabetes ^property[0].code = #kind
* #anyecg-type-2-diabetes ^property[0].valueCode = #condition
* #anyecg-type-1-diabetes "Type 1 diabetes" "Type 1 diabetes. ICD-10 category E10. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-type-1-diabetes ^property[0].code = #kind
* #anyecg-type-1-diabetes ^property[0].valueCode = #condition
* #anyecg-thyrotoxicosis "Thyrotoxicosis" "Thyrotoxicosis. ICD-10 category E05. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-thyrotoxicosis ^property[0].code = #kind
* #anyecg-thyrotoxicosis ^property[0].valueCode = #condition
* #anyecg-hypothyroidism "Hypothyroidism" "Hypothyroidism. ICD-10 category E03. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-hypothyroidism ^property[0].code = #kind
* #anyecg-hypothyroidism ^property[0].valueCode = #condition
* #anyecg-hyperparathyroidism "Hyperparathyroidism" "Hyperparathyroidism. ICD-10 category E21. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-hyperparathyroidism ^property[0].code = #kind
* #anyecg-hyperparathyroidism ^property[0].valueCode = #condition
* #anyecg-obesity "Obesity" "Obesity. ICD-10 category E66. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-obesity ^property[0].code = #kind
* #anyecg-obesity ^property[0].valueCode = #condition
* #anyecg-lipid-disorder "Disorder of lipoprotein metabolism" "Disorder of lipoprotein metabolism. ICD-10 category E78. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-lipid-disorder ^property[0].code = #kind
* #anyecg-lipid-disorder ^property[0].valueCode = #condition
* #anyecg-nontoxic-goitre "Other nontoxic goitre" "Other nontoxic goitre. ICD-10 category E04. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-nontoxic-goitre ^property[0].code = #kind
* #anyecg-nontoxic-goitre ^property[0].valueCode = #condition
* #anyecg-hyperkalaemia "Hyperkalaemia" "Hyperkalaemia. ICD-10 category E87. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-hyperkalaemia ^property[0].code = #kind
* #anyecg-hyperkalaemia ^property[0].valueCode = #condition
* #anyecg-calcium-disorder "Disorder of mineral metabolism (raised calcium)" "Disorder of mineral metabolism (raised calcium). ICD-10 category E83. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-calcium-disorder ^property[0].code = #kind
* #anyecg-calcium-disorder ^property[0].valueCode = #condition
* #anyecg-volume-depletion "Volume depletion" "Volume depletion. ICD-10 category E86. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-volume-depletion ^property[0].code = #kind
* #anyecg-volume-depletion ^property[0].valueCode = #condition
* #anyecg-iron-deficiency-anaemia "Iron deficiency anaemia" "Iron deficiency anaemia. ICD-10 category D50. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-iron-deficiency-anaemia ^property[0].code = #kind
* #anyecg-iron-deficiency-anaemia ^property[0].valueCode = #condition
* #anyecg-anaemia-chronic-disease "Anaemia in chronic disease" "Anaemia in chronic disease. ICD-10 category D63. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-anaemia-chronic-disease ^property[0].code = #kind
* #anyecg-anaemia-chronic-disease ^property[0].valueCode = #condition
* #anyecg-other-anaemia "Other anaemia" "Other anaemia. ICD-10 category D64. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-other-anaemia ^property[0].code = #kind
* #anyecg-other-anaemia ^property[0].valueCode = #condition
* #anyecg-lymphoid-leukaemia "Lymphoid leukaemia" "Lymphoid leukaemia. ICD-10 category C91. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-lymphoid-leukaemia ^property[0].code = #kind
* #anyecg-lymphoid-leukaemia ^property[0].valueCode = #condition
* #anyecg-thrombocytopenia "Purpura and thrombocytopenia" "Purpura and thrombocytopenia. ICD-10 category D69. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-thrombocytopenia ^property[0].code = #kind
* #anyecg-thrombocytopenia ^property[0].valueCode = #condition
* #anyecg-crohn "Crohn disease" "Crohn disease. ICD-10 category K50. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-crohn ^property[0].code = #kind
* #anyecg-crohn ^property[0].valueCode = #condition
* #anyecg-ulcerative-colitis "Ulcerative colitis" "Ulcerative colitis. ICD-10 category K51. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-ulcerative-colitis ^property[0].code = #kind
* #anyecg-ulcerative-colitis ^property[0].valueCode = #condition
* #anyecg-cirrhosis "Fibrosis and cirrhosis of liver" "Fibrosis and cirrhosis of liver. ICD-10 category K74. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-cirrhosis ^property[0].code = #kind
* #anyecg-cirrhosis ^property[0].valueCode = #condition
* #anyecg-alcoholic-liver "Alcoholic liver disease" "Alcoholic liver disease. ICD-10 category K70. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-alcoholic-liver ^property[0].code = #kind
* #anyecg-alcoholic-liver ^property[0].valueCode = #condition
* #anyecg-gastrointestinal-bleeding "Other disease of digestive system (bleeding)" "Other disease of digestive system (bleeding). ICD-10 category K92. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-gastrointestinal-bleeding ^property[0].code = #kind
* #anyecg-gastrointestinal-bleeding ^property[0].valueCode = #condition
* #anyecg-gallstones "Cholelithiasis" "Cholelithiasis. ICD-10 category K80. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-gallstones ^property[0].code = #kind
* #anyecg-gallstones ^property[0].valueCode = #condition
* #anyecg-reflux "Gastro-oesophageal reflux disease" "Gastro-oesophageal reflux disease. ICD-10 category K21. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-reflux ^property[0].code = #kind
* #anyecg-reflux ^property[0].valueCode = #condition
* #anyecg-diverticular-disease "Diverticular disease of intestine" "Diverticular disease of intestine. ICD-10 category K57. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-diverticular-disease ^property[0].code = #kind
* #anyecg-diverticular-disease ^property[0].valueCode = #condition
* #anyecg-stroke "Cerebral infarction" "Cerebral infarction. ICD-10 category I63. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-stroke ^property[0].code = #kind
* #anyecg-stroke ^property[0].valueCode = #condition
* #anyecg-parkinson "Parkinson disease" "Parkinson disease. ICD-10 category G20. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-parkinson ^property[0].code = #kind
* #anyecg-parkinson ^property[0].valueCode = #condition
* #anyecg-alcohol-disorder "Disorder due to use of alcohol" "Disorder due to use of alcohol. ICD-10 category F10. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-alcohol-disorder ^property[0].code = #kind
* #anyecg-alcohol-disorder ^property[0].valueCode = #condition
* #anyecg-autonomic-disorder "Disorder of autonomic nervous system" "Disorder of autonomic nervous system. ICD-10 category G90. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-autonomic-disorder ^property[0].code = #kind
* #anyecg-autonomic-disorder ^property[0].valueCode = #condition
* #anyecg-depression "Depressive episode" "Depressive episode. ICD-10 category F32. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-depression ^property[0].code = #kind
* #anyecg-depression ^property[0].valueCode = #condition
* #anyecg-epilepsy "Epilepsy" "Epilepsy. ICD-10 category G40. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-epilepsy ^property[0].code = #kind
* #anyecg-epilepsy ^property[0].valueCode = #condition
* #anyecg-migraine "Migraine" "Migraine. ICD-10 category G43. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-migraine ^property[0].code = #kind
* #anyecg-migraine ^property[0].valueCode = #condition
* #anyecg-anxiety "Other anxiety disorder" "Other anxiety disorder. ICD-10 category F41. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-anxiety ^property[0].code = #kind
* #anyecg-anxiety ^property[0].valueCode = #condition
* #anyecg-sepsis "Other sepsis" "Other sepsis. ICD-10 category A41. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-sepsis ^property[0].code = #kind
* #anyecg-sepsis ^property[0].valueCode = #condition
* #anyecg-rheumatoid-arthritis "Seropositive rheumatoid arthritis" "Seropositive rheumatoid arthritis. ICD-10 category M05. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-rheumatoid-arthritis ^property[0].code = #kind
* #anyecg-rheumatoid-arthritis ^property[0].valueCode = #condition
* #anyecg-lupus "Systemic lupus erythematosus" "Systemic lupus erythematosus. ICD-10 category M32. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-lupus ^property[0].code = #kind
* #anyecg-lupus ^property[0].valueCode = #condition
* #anyecg-cellulitis "Cellulitis" "Cellulitis. ICD-10 category L03. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-cellulitis ^property[0].code = #kind
* #anyecg-cellulitis ^property[0].valueCode = #condition
* #anyecg-sarcoidosis "Sarcoidosis" "Sarcoidosis. ICD-10 category D86. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-sarcoidosis ^property[0].code = #kind
* #anyecg-sarcoidosis ^property[0].valueCode = #condition
* #anyecg-psoriasis "Psoriasis" "Psoriasis. ICD-10 category L40. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-psoriasis ^property[0].code = #kind
* #anyecg-psoriasis ^property[0].valueCode = #condition
* #anyecg-viral-hepatitis "Chronic viral hepatitis" "Chronic viral hepatitis. ICD-10 category B18. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-viral-hepatitis ^property[0].code = #kind
* #anyecg-viral-hepatitis ^property[0].valueCode = #condition
* #anyecg-dermatophytosis "Dermatophytosis" "Dermatophytosis. ICD-10 category B35. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-dermatophytosis ^property[0].code = #kind
* #anyecg-dermatophytosis ^property[0].valueCode = #condition
* #anyecg-pre-eclampsia "Pre-eclampsia" "Pre-eclampsia. ICD-10 category O14. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-pre-eclampsia ^property[0].code = #kind
* #anyecg-pre-eclampsia ^property[0].valueCode = #condition
* #anyecg-pregnancy-anaemia "Anaemia and other disease complicating pregnancy" "Anaemia and other disease complicating pregnancy. ICD-10 category O99. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-pregnancy-anaemia ^property[0].code = #kind
* #anyecg-pregnancy-anaemia ^property[0].valueCode = #condition
* #anyecg-malnutrition "Unspecified protein-energy malnutrition" "Unspecified protein-energy malnutrition. ICD-10 category E46. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-malnutrition ^property[0].code = #kind
* #anyecg-malnutrition ^property[0].valueCode = #condition
* #anyecg-lung-cancer "Malignant neoplasm of bronchus and lung" "Malignant neoplasm of bronchus and lung. ICD-10 category C34. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-lung-cancer ^property[0].code = #kind
* #anyecg-lung-cancer ^property[0].valueCode = #condition
* #anyecg-breast-cancer "Malignant neoplasm of breast" "Malignant neoplasm of breast. ICD-10 category C50. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-breast-cancer ^property[0].code = #kind
* #anyecg-breast-cancer ^property[0].valueCode = #condition
* #anyecg-osteoporosis "Osteoporosis without fracture" "Osteoporosis without fracture. ICD-10 category M81. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-osteoporosis ^property[0].code = #kind
* #anyecg-osteoporosis ^property[0].valueCode = #condition
* #anyecg-glaucoma "Glaucoma" "Glaucoma. ICD-10 category H40. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-glaucoma ^property[0].code = #kind
* #anyecg-glaucoma ^property[0].valueCode = #condition
* #anyecg-gout "Gout" "Gout. ICD-10 category M10. Truth in training: simulated. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-gout ^property[0].code = #kind
* #anyecg-gout ^property[0].valueCode = #condition
* #anyecg-norm "Normal ECG" "Diagnostic superclass of the tracing: Normal ECG. Truth in training: real. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-norm ^property[0].code = #kind
* #anyecg-norm ^property[0].valueCode = #ecg-statement
* #anyecg-mi "Myocardial infarction pattern" "Diagnostic superclass of the tracing: Myocardial infarction pattern. Truth in training: real. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-mi ^property[0].code = #kind
* #anyecg-mi ^property[0].valueCode = #ecg-statement
* #anyecg-sttc "ST-T change" "Diagnostic superclass of the tracing: ST-T change. Truth in training: real. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-sttc ^property[0].code = #kind
* #anyecg-sttc ^property[0].valueCode = #ecg-statement
* #anyecg-cd "Conduction disturbance" "Diagnostic superclass of the tracing: Conduction disturbance. Truth in training: real. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-cd ^property[0].code = #kind
* #anyecg-cd ^property[0].valueCode = #ecg-statement
* #anyecg-hyp "Hypertrophy" "Diagnostic superclass of the tracing: Hypertrophy. Truth in training: real. Method: module anyecg. Population: adults of 18 to 90 years."
* #anyecg-hyp ^property[0].code = #kind
* #anyecg-hyp ^property[0].valueCode = #ecg-statement
