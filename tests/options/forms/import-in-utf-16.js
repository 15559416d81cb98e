import { apm } from './lib/utf16.js';

export const options = { ext: { loadimpact: { apm } } };
export default function () {}
