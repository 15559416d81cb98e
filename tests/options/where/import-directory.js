import { apm } from './lib/monitoring';

export const options = { ext: { loadimpact: { apm } } };

export default function () {}
