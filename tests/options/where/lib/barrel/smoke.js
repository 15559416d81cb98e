export const smoke = { vus: 1 };
