export { ContractBrokenError } from './ContractBrokenError.ts';
export type {
  ChannelContractOptions,
  ChannelPeer,
  ChannelSubject,
  RefusableOperation,
  Refusal,
} from './channel/ChannelSubject.ts';
export { channelContract } from './channel/channelContract.ts';
export type { Fact } from './Fact.ts';
export type { StoreContractOptions, StorePlace, StoreSubject } from './store/StoreSubject.ts';
export { storeSamples } from './store/samples.ts';
export { storeContract } from './store/storeContract.ts';
