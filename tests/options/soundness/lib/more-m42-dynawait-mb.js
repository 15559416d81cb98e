import {s} from './more-m42-dynawait-ma.js'; s.v=2; export const q=3;
