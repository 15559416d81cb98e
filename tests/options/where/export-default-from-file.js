export { default as options } from './lib/default-options.js';

export default function () {}
