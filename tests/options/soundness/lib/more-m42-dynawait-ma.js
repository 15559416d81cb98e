export const s={v:1};
