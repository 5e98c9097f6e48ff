// Can't be loaded: the same as a missing module or a broken top level.
import * as vscode from 'vscode';

if (vscode.env.appName !== '') throw new Error('not while it is loaded');
