export { convolvePair } from './winograd';
export { decodeRow, encodeRow } from './transfer';
