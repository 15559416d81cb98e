export const x=2; export const y=3; export default 4;
