import { base } from './lib/base.js';

base.ext.loadimpact.apm[0].metrics = ['checks'];

export const options = base;

export default function () {}
