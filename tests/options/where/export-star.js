export * from './lib/options.js';

export default function () {}
