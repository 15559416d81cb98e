const o=Object.create({v:1}); let n=0; for(const k in o) n++;
export const options = {cloud: {apm: [n]}};
