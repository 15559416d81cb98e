let n=1; lbl: { for(;;){ break lbl } n=2 }
export const options = {cloud: {apm: [n]}};
