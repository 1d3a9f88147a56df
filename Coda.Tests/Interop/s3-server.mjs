// An S3 server of others on the folder given, for as long as the standard input is open: s3rver, which takes no notice of conditions, behind a few lines
// that do, unless the second argument is 'plain'. Writes its port.
import http from "node:http";
import S3rver from "s3rver";

const [folder, bucket, mode] = process.argv.slice(2);
const behind = new S3rver({ port: 0, address: "127.0.0.1", silent: true, directory: folder, configureBuckets: [{ name: bucket }] });
const { port } = await behind.run();
let turn = Promise.resolve();

const ask = (options, body) => new Promise((done, failed) => {
  const request = http.request({ host: "127.0.0.1", port, ...options }, (answer) => {
    const pieces = [];
    answer.on("data", (piece) => pieces.push(piece));
    answer.on("end", () => done({ answer, content: Buffer.concat(pieces) }));
  });
  request.on("error", failed);
  request.end(body);
});

const isRefused = async (request) => {
  const { "if-none-match": none, "if-match": same } = request.headers;
  if (mode === "plain" || request.method !== "PUT" || (!none && !same)) {
    return false;
  }

  const { answer } = await ask({ method: "HEAD", path: request.url });
  return none ? answer.statusCode === 200 : answer.statusCode !== 200 || answer.headers.etag !== same;
};

const handle = async (request, response, body) => {
  if (await isRefused(request)) {
    response.writeHead(412, { "content-type": "application/xml" });
    response.end("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>PreconditionFailed</Code><Message>Another is there.</Message></Error>");
    return;
  }

  const { answer, content } = await ask({ method: request.method, path: request.url, headers: request.headers }, body);
  response.writeHead(answer.statusCode, answer.headers);
  response.end(content);
};

const front = http.createServer((request, response) => {
  const pieces = [];
  request.on("data", (piece) => pieces.push(piece));
  request.on("end", () => {
    // Writes one after another, so that no condition is looked at while another write is under way.
    turn = turn.then(() => handle(request, response, Buffer.concat(pieces))).catch(() => response.destroy());
  });
});
front.listen(0, "127.0.0.1", () => console.log(front.address().port));
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
