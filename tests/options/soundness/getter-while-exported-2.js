const o={get g(){ this.c=1; return 1 }};
export const options = {cloud: {apm: [o]}};
