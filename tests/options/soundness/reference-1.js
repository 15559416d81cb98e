let c=0; const o={n:0}; function f(){c++;return o} f().n+=1; f().n++; f().x??=4;
export const options = {cloud: {apm: [c,o]}};
