import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { closedGate, type GateQuestion } from '../../../server/completion/gate.ts';
import { PrivateFiles } from '../../../server/completion/private-files.ts';
import { DEFAULT_SETTINGS } from '../../../shared/settings.ts';

const open: GateQuestion = {
  settings: DEFAULT_SETTINGS,
  text: 'const a = ;\n',
  offset: 10,
  asked: false,
  pausedUntil: 0,
  now: 1000,
  file: 'open',
};

describe('the gate', () => {
  test('lets a plain request through', () => assert.equal(closedGate(open), null));

  test('closes when switched off or paused, but not to a command', () => {
    const off = { ...open, settings: { ...DEFAULT_SETTINGS, enable: false } };
    assert.equal(closedGate(off), 'off');
    assert.equal(closedGate({ ...off, asked: true }), null);
    assert.equal(closedGate({ ...open, pausedUntil: 2000 }), 'paused');
    assert.equal(closedGate({ ...open, pausedUntil: 2000, asked: true }), null);
  });

  test('closes inside a word while typing', () => {
    const inside = { ...open, text: 'const value = 1', offset: 8 };
    assert.equal(closedGate(inside), 'inside-word');
    assert.equal(closedGate({ ...inside, asked: true }), null);
    assert.equal(closedGate({ ...inside, offset: 11 }), null);
  });

  test('closes to binary files and private files even when asked', () => {
    assert.equal(closedGate({ ...open, text: 'a\0b', asked: true }), 'binary');
    assert.equal(closedGate({ ...open, file: 'never-read', asked: true }), 'never-read');
  });

  test('lets a file of 5 MB through', () => {
    const text = `${'x = 1;\n'.repeat(750_000)}y = `;
    assert.equal(closedGate({ ...open, text, offset: text.length }), null);
  });
});

describe('private files', () => {
  let root: string;
  const { files } = DEFAULT_SETTINGS;
  const verdict = (path: string, respectGitignore = true) =>
    new PrivateFiles(Date.now).verdict(pathToFileURL(join(root, path)).href, {
      ...files,
      respectGitignore,
    });

  before(() => {
    root = mkdtempSync(join(tmpdir(), 'shortstop-gate-'));
    mkdirSync(join(root, '.git/info'), { recursive: true });
    mkdirSync(join(root, 'sub/deep'), { recursive: true });
    writeFileSync(join(root, '.git/info/exclude'), 'scratch.ts\n');
    writeFileSync(join(root, '.gitignore'), 'dist/\n*.gen.ts\n/local.ts\n');
    writeFileSync(join(root, 'sub/.gitignore'), '!keep.gen.ts\n');
  });
  after(() => rmSync(root, { recursive: true, force: true }));

  const SECRET = `
    .env sub/.env.local .env-prod .env~ .envrc prod.env .ENV web/.Env.Production .dev.vars .flaskenv
    certs/server.pem tls.KEY store.jks putty.ppk vault.kdbx client.ovpn AuthKey_1.p8
    id_rsa id_dsa ID_ED25519.pub deploy_rsa wg0.conf etc/ssh/ssh_host_rsa_key server_private_key
    kubeconfig credentials passwords .vault_pass ansible/vault-password token run/token.json
    secret.yml my-secrets.yaml client_secret_1.json Secrets.toml db-credentials.json
    service-account.json my_service_account-prod.json passwords.csv db_password.txt
    .netrc .pgpass .htpasswd .npmrc .my.cnf .vault-token .bash_history .docker/config.json
    .aws/credentials .aws/config .kube/config .ssh/known_hosts .git/config .gnupg/x
    .config/gcloud/application_default_credentials.json .cargo/credentials
    main.tfvars prod.auto.tfvars main.tfvars.json state.tfstate terraform.tfstate.backup
  `;
  const ORDINARY = `
    environment.ts src/env.ts env.d.ts vite-env.d.ts src/tokens.ts tokens.json token.go
    secretary.ts secretManager.go src/secrets/index.ts credentials/store.ts keys.ts key.ts
    keyboard.py monkey.rb passwords.ts password-field.tsx reset-password.json aws/config.ts
    ssh/config.rs kube/config.go docker/config.ts git/config.c netrc.go auth.ts session.ts
    auth/htpasswd/htpasswd.go token/lexer.go src/secret/store.ts tests/test_rsa/a.py pkg/kubeconfig/kubeconfig.go certificate.py private_key.rs
    .github/workflows/ci.yml .gitignore .gitattributes .dockerignore .eslintrc.json .bashrc
    docker-compose.yml package.json tsconfig.json main.tf variables.tf history.ts state.ts
  `;

  test('are those with keys, passwords and environments in them', () => {
    for (const path of SECRET.trim().split(/\s+/)) assert.equal(verdict(path), 'never-read', path);
  });

  test('are no ordinary files that only sound like it', () => {
    for (const path of ORDINARY.trim().split(/\s+/)) assert.equal(verdict(path), 'open', path);
  });

  test('are also those that a link leads to, whatever the link is called', () => {
    symlinkSync(join(root, '.env'), join(root, 'dangling.txt'));
    symlinkSync('dangling.txt', join(root, 'twice.txt'));
    symlinkSync(join(root, 'sub/deep'), join(root, 'deep'));
    symlinkSync('../.ssh', join(root, 'sub/keys'));
    symlinkSync('circle', join(root, 'circle'));
    symlinkSync('dist/real.ts', join(root, 'built.ts'));
    symlinkSync('plain.ts', join(root, 'prod.env'));
    symlinkSync('prod.env', join(root, 'through.ts'));
    for (const path of ['dangling.txt', 'twice.txt', 'sub/keys/config', 'circle', 'circle/a.ts']) {
      assert.equal(verdict(path), 'never-read', path);
    }
    assert.equal(verdict('through.ts'), 'never-read', 'what the link goes by on its way');
    assert.equal(verdict('built.ts'), 'git-ignored');
    assert.equal(verdict('deep/a.ts'), 'open');
  });

  test('are those that git ignores, by all its files', () => {
    for (const path of ['dist/a.ts', 'sub/dist/a.ts', 'a.gen.ts', 'local.ts', 'scratch.ts']) {
      assert.equal(verdict(path), 'git-ignored', path);
    }
    for (const path of ['a.ts', 'sub/local.ts', 'sub/keep.gen.ts']) {
      assert.equal(verdict(path), 'open', path);
    }
    assert.equal(verdict('a.gen.ts', false), 'open');
  });

  test('also in notebooks, in every form of a cell’s address, and in documents not saved yet', () => {
    const privateFiles = new PrivateFiles(Date.now);
    const { pathname } = pathToFileURL(join(root, 'dist/n.ipynb'));
    for (const uri of [
      `vscode-notebook-cell:${pathname}#W0sZmlsZQ%3D%3D`,
      `vscode-notebook-cell://${pathname}#ch0000001`,
      `vscode-notebook-cell://ssh-remote%2Bhost${pathname}#W0sdnNjb2RlLXJlbW90ZQ`,
      `untitled:${pathname}`,
    ]) {
      assert.equal(privateFiles.verdict(uri, files), 'git-ignored', uri);
    }
    assert.equal(privateFiles.verdict('untitled:Untitled-1', files), 'open');
    assert.equal(privateFiles.verdict('untitled:secrets.yaml', files), 'never-read');
  });

  test('also where the address can’t be read', () => {
    const privateFiles = new PrivateFiles(Date.now);
    for (const uri of ['', 'a.ts', 'file:///w/%zz.ts']) {
      assert.equal(privateFiles.verdict(uri, files), 'never-read', uri);
    }
  });
});
