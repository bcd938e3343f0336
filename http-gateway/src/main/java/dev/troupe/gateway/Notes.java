package dev.troupe.gateway;

import dev.troupe.gateway.Note.OfName;
import dev.troupe.gateway.Note.OfPrompt;
import dev.troupe.program.Call;
import java.util.ArrayList;
import java.util.List;

/// What one gateway tells another at a time. What is told of one call is in the order in which it
/// happened.
record Notes(
    List<Note.OfChat> chats,
    List<PromptTrace> prompts,
    List<Call.Id> followed,
    List<OfName> names) {

  Notes {
    chats = List.copyOf(chats);
    prompts = List.copyOf(prompts);
    followed = List.copyOf(followed);
    names = List.copyOf(names);
  }

  static Notes of(List<Note> notes) {
    var chats = new ArrayList<Note.OfChat>();
    var prompts = new ArrayList<PromptTrace>();
    var followed = new ArrayList<Call.Id>();
    var names = new ArrayList<OfName>();
    for (var note : notes) {
      switch (note) {
        case Note.OfChat chat -> chats.add(chat);
        case OfPrompt(var trace) -> prompts.add(trace);
        case Note.OfFollowed(var call) -> followed.add(call);
        case OfName name -> names.add(name);
      }
    }
    return new Notes(chats, prompts, followed, names);
  }
}
