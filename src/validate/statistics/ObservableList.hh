#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace caloforge::validate {

/// What samples are called in results and messages.
struct SampleWord {
    std::string one = "sample";
    std::string many = "samples";
};

/// One number per sample, as tables and pages speak of it.
struct ObservableInfo {
    std::string name;            ///< "width_x"; of a family "layer_width_x_07"
    std::string label;           ///< "width in x [mm]"
    bool whole_numbers = false;  ///< a histogram has a bin for each
    bool grows = false;          ///< a number of things, which grows with the binning variable
};

/// One quantity at successive places, a number for each: "layer_width_x".
struct ObservableFamily {
    std::string name;
    std::string label;  ///< "width in x [mm]"
    std::string place;  ///< what its members are counted by: "layer"
    std::size_t size = 0;
    /// Their numbers, ascending, where these are not 0, 1, 2, ...
    std::vector<std::size_t> places = {};
    /// Members count as much as observables of their own: each one's distribution is drawn, and all enter the
    /// Frechet distance.
    bool each = false;
    bool means = true;      ///< their means are drawn against the place
    std::size_t first = 0;  ///< column of the first; set by ObservableList

    std::size_t place_of(std::size_t member) const { return places.empty() ? member : places[member]; }
};

/// All observables of a kind of sample: first those of the whole sample, then family by family.
class ObservableList {
  public:
    ObservableList() = default;
    /// The members of a family are called NAME_00, NAME_01, ... by their places.
    ObservableList(std::vector<ObservableInfo> singles, std::vector<ObservableFamily> families);

    std::size_t size() const { return all_.size(); }
    const ObservableInfo& operator[](std::size_t column) const { return all_[column]; }
    auto begin() const { return all_.begin(); }
    auto end() const { return all_.end(); }
    /// How many are of no family.
    std::size_t singles() const { return singles_; }
    const std::vector<ObservableFamily>& families() const { return families_; }
    std::vector<std::string> names() const;
    /// Columns of those that are observables of their own: singles and families with `each`.
    std::vector<std::size_t> own_columns() const;

    bool empty(std::span<const float> row) const { return content && !(row[*content] > 0); }

    /// The column that is above zero unless the sample is empty; none when samples are never empty.
    std::optional<std::size_t> content;
    SampleWord word;
    std::string group = "single";         ///< heading on a page over what is drawn of the singles
    std::string family_group = "series";  ///< and of the families

  private:
    std::vector<ObservableInfo> all_;
    std::vector<ObservableFamily> families_;
    std::size_t singles_ = 0;
};

}  // namespace caloforge::validate
