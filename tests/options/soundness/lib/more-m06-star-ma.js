export * from './more-m06-star-mb.js'; export const x=1;
