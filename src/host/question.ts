// The modal questions before anything is changed.
import * as vscode from 'vscode';

/** What is asked, and below it what it means. */
export interface Question {
  message: string;
  detail: string;
}

const answered = new vscode.EventEmitter<void>();
/** Fires when a question was answered, whatever was said: the window then may leave the keyboard outside its page. */
export const onDidAnswer = answered.event;

/**
 * Asks, with one answer besides Cancel.
 * @param answer the button
 */
export async function agrees({ message, detail }: Question, answer: string): Promise<boolean> {
  try {
    return (await vscode.window.showWarningMessage(message, { modal: true, detail }, answer)) === answer;
  } finally {
    answered.fire();
  }
}
