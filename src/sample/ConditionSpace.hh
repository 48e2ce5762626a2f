#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/Json.hh"
#include "sample/Columns.hh"
#include "sample/Key.hh"

namespace caloforge::sample {

/// A field that samples are made from: what it may be, and how it is drawn when it is not given.
struct Condition {
    struct Range {
        double low = 0, high = 0;
        bool operator==(const Range&) const = default;
    };
    Field field;
    std::vector<Range> ranges = {};   ///< one for each number of the field; empty where it is one of `values`
    std::vector<double> values = {};  ///< what the only number of the field may be, each drawn as often
    bool log = false;                 ///< ranges are drawn from uniformly in the logarithm
    /// Share of the range by which a value may lie beyond either end: ranges are those of the samples seen,
    /// whose ends fall a little short of what they were drawn from.
    double margin = 0;

    bool operator==(const Condition&) const = default;
    /// False for NaN. `value`: as many numbers as the field has.
    bool hold(std::span<const float> value) const;
    void draw(const Key& key, std::span<float> out) const;
    /// "10 to 500 GeV", "11 or 22".
    std::string range_text() const;
};

/// A field trained over these ranges, with the margin that is usual for its name.
Condition trained_over(const Field& field, std::vector<Condition::Range> ranges);

/// All that the samples of a model are made from: the one place where conditions are drawn and checked.
/// Read-only once constructed; any number of threads.
class ConditionSpace {
  public:
    ConditionSpace() = default;
    /// Throws InputError for a name that is there twice, and for ranges that are none.
    explicit ConditionSpace(std::vector<Condition> list);
    /// `conditions` of a weights file (doc/format/weights.md), for a network with these inputs. Throws
    /// InputError naming the condition that is missing or makes no sense: a file may hold anything.
    ConditionSpace(const core::Json& conditions, const Fields& inputs);

    const std::vector<Condition>& list() const { return list_; }
    const Condition* find(std::string_view name) const;
    Fields fields() const;

    /// A value that is not held.
    struct Outside {
        std::size_t row;
        const Condition* condition;
        std::vector<float> value;
        /// "sample 3: `energy` is 900 GeV (10 to 500 GeV were trained)"
        std::string text() const;
    };
    /// Throws InputError for columns that are no conditions here, with the nearest, and for such with another
    /// number of values.
    void check_names(const ColumnsView& given) const;
    /// The first given value that is not held, if there is one.
    std::optional<Outside> outside(const ColumnsView& given) const;

    /// A column for every condition, in their order: given ones as they are, others drawn for the keys.
    Columns complete(std::span<const Key> keys, const ColumnsView& given) const;

    /// A space made from it, for networks with these fields, is the same.
    core::Json json() const;

  private:
    std::vector<Condition> list_;
};

/// Where a condition's numbers come from when they are drawn (core/Random.hh lists the streams): each
/// standard name has its own, others share a range by their name's hash.
std::uint32_t condition_stream(std::string_view name);

}  // namespace caloforge::sample
