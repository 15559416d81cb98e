const c=1; let x=0; try{ c=2; x=1 }catch(e){x=2}
export const options = {cloud: {apm: [c,x]}};
