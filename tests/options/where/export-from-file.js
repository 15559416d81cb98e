export { options } from './lib/options.js';

export default function () {}
