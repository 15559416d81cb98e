import tags, { apm } from './lib/mixed.js';

export const options = { tags, ext: { loadimpact: { apm } } };

export default function () {}
