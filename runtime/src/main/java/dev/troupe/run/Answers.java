package dev.troupe.run;

import java.util.Optional;

/// What models have answered to questions that may be asked again. A port; what it holds may go any time.
public interface Answers {

  Optional<String> find(String key);

  void keep(String key, String answer);
}
