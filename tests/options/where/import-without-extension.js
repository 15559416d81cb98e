import { apm } from './lib/apm-list';

export const options = { ext: { loadimpact: { apm } } };

export default function () {}
