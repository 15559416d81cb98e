export * from './load.js';
export { smoke } from './smoke.js';
