import {add} from './more-m05-cyc3.js'; export const o={n:1}; add(5);
