let n=0; const o={get g(){n++;return 1},z:2}; const {g,...rest}=o;
export const options = {cloud: {apm: [n]}};
