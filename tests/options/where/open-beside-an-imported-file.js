import { apm } from './lib/from-data.js';

export const options = { ext: { loadimpact: { apm } } };

export default function () {}
