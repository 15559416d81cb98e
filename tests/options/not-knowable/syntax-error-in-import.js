import { apm } from './lib/syntax.js';

export const options = { ext: { loadimpact: { apm } } };

export default function () {}
