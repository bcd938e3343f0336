package dev.troupe.run;

import java.util.Optional;

/// What models have answered to questions that may be asked again. A port; what it holds may go any time.
public interface Answers {

  /// Nothing is remembered.
  Answers NONE =
      new Answers() {
        @Override
        public Optional<String> find(String key) {
          return Optional.empty();
        }

        @Override
        public void keep(String key, String answer) {}
      };

  Optional<String> find(String key);

  void keep(String key, String answer);
}
