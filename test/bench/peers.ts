import { cStoreBesidePeers } from './rows/c-store-beside-peers.ts'
import { oruBesideHapi } from './rows/oru-beside-hapi.ts'
import { transactionsBesidePeers } from './rows/transactions-beside-peers.ts'
import { benchOf } from './support/bench-of.ts'

/** The same work by other people's software, in the same run; what is not installed is named and its ratio left out. */
export default benchOf({ oru: oruBesideHapi, tx: transactionsBesidePeers, dicom: cStoreBesidePeers })
