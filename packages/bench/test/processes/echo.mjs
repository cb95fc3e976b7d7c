const [argument] = process.argv.slice(2);
process.on('message', ({ number, name, argument: value }) => {
  if (name === 'echo') process.send({ number, value: `${argument}: ${value}` });
  if (name === 'fail') process.send({ number, error: 'broken' });
  if (name === 'end') process.exit(3);
});
process.once('disconnect', () => process.exit(0));
