let n=0; a: b: for(let i=0;i<3;i++){ for(;;){ n++; continue a } }
export const options = {cloud: {apm: [n]}};
