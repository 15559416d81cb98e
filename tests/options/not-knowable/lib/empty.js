export const apm = [];
