/** Papers and standards that several definitions refer to. */
export const SOURCE = Object.freeze({
  cse: 'CSE Working Party 1985, Eur Heart J 6:815; IEC 60601-2-25:2011',
  ahaPart1: 'Kligfield P et al. 2007, AHA/ACC/HRS part I, Circulation 115:1306',
  ahaPart3: 'Surawicz B et al. 2009, AHA/ACCF/HRS part III, Circulation 119:e235',
  ahaPart4: 'Rautaharju PM et al. 2009, AHA/ACCF/HRS part IV, Circulation 119:e241',
  ahaPart5: 'Hancock EW et al. 2009, AHA/ACCF/HRS part V, Circulation 119:e251',
  taskForce: 'Task Force of the ESC and NASPE 1996, Circulation 93:1043',
  kors: 'Kors JA et al. 1990, Eur Heart J 11:1083 (matrix)',
  own: 'His Bundle'
})
