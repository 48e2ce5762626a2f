#pragma once

#include <string>
#include <vector>

namespace caloforge::validate {

/// What has to be known of two sets before their figures are believed: told on stderr as a warning, in
/// metrics.json and at the top of a page. Each text once.
class Notices {
  public:
    void add(std::string text);
    const std::vector<std::string>& all() const { return texts_; }

  private:
    std::vector<std::string> texts_;
};

}  // namespace caloforge::validate
