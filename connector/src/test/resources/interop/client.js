// Asks what a file of steps says, over connections that are kept: client.js http|globalAgent|fetch|undici STEPS
// A step is `WORKER PAUSE_MILLIS METHOD URL CONTENT`; a worker asks one after the other, at a host of its own, over one connection
// at a time: a second one would be idle for longer than the worker pauses.
const fs = require('fs');
const http = require('http');
const {setTimeout: pause} = require('timers/promises');

const [kind, path] = process.argv.slice(2);
const agent = kind === 'http' ? new http.Agent({keepAlive: true}) : http.globalAgent;
agent.maxSockets = 1;
const outcomes = new Map();

function overHttp(method, url, content) {
    return new Promise((resolve, reject) => {
        const outgoing = http.request(url, {method, agent}, response => {
            let body = '';
            response.setEncoding('utf8');
            response.on('data', part => { body += part; });
            response.on('error', reject);
            response.on('end', () => resolve({status: response.statusCode, body}));
        });
        outgoing.on('error', reject);
        outgoing.end(content);
    });
}

async function overFetch(method, url, content) {
    const response = await fetch(url, {method, body: content});
    return {status: response.status, body: await response.text()};
}

// The undici that is built into Node is had by the dispatcher that fetch leaves behind.
const DISPATCHER = Symbol.for('undici.globalDispatcher.1');

async function useOneConnection() {
    await fetch('data:,').then(response => response.text());
    globalThis[DISPATCHER] = new globalThis[DISPATCHER].constructor({connections: 1});
}

async function overUndici(method, url, content) {
    const dispatcher = globalThis[DISPATCHER];
    const {origin, pathname} = new URL(url);
    const response = await dispatcher.request({origin, path: pathname, method, body: content});
    return {status: response.statusCode, body: await response.body.text()};
}

const ask = {http: overHttp, globalAgent: overHttp, fetch: overFetch, undici: overUndici}[kind];

async function outcome(method, url, content) {
    try {
        const {status, body} = await ask(method, url, content);
        const id = url.substring(url.lastIndexOf('/') + 1);
        const right = content === undefined ? id : `${id} ${content}`;
        return status !== 200 ? String(status) : body === right ? '200' : 'wrong';
    } catch (error) {
        return failure(error.cause ?? error);
    }
}

function failure(error) {
    if (error.code === 'UND_ERR_SOCKET' || (error.code === 'ECONNRESET' && error.message === 'socket hang up')) {
        return 'closed';
    }
    return {ECONNRESET: 'reset', EPIPE: 'pipe'}[error.code] ?? String(error.code ?? error.message).replace(/\s/g, '-');
}

async function work(steps) {
    for (const [millis, method, url, content] of steps) {
        await pause(Number(millis));
        const result = await outcome(method, url, method === 'POST' ? content : undefined);
        outcomes.set(result, (outcomes.get(result) ?? 0) + 1);
        console.log('asked', url, result);
    }
}

async function main() {
    const workers = new Map();
    for (const line of fs.readFileSync(path, 'ascii').trim().split('\n')) {
        const [worker, ...step] = line.split(' ');
        workers.set(worker, [...(workers.get(worker) ?? []), step]);
    }
    await useOneConnection();
    await Promise.all([...workers.values()].map(work));
    const sent = [...outcomes.values()].reduce((sum, count) => sum + count, 0);
    console.log('summary', `sent=${sent}`, ...[...outcomes].map(([what, count]) => `${what}=${count}`));
    http.globalAgent.destroy();
    process.exit();
}

main();
