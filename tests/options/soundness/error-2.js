let x=0; try{ y; x=1 }catch(e){x=2} let y=1;
export const options = {cloud: {apm: [x]}};
