let n=1; lbl: if(true){ for(const x of [1]){ break lbl } n=2 }
export const options = {cloud: {apm: [n]}};
