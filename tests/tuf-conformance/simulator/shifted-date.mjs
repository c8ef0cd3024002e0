// Loaded before a program: it runs some days from now.
const { now } = Date;
const milliseconds = Number(process.env['SHIFTED_DAYS']) * 86_400_000;

Date.now = () => now() + milliseconds;

globalThis.Date = class extends Date {
  constructor(...words) {
    super(...(words.length === 0 ? [Date.now()] : words));
  }
};
