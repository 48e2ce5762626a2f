#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sample/Key.hh"

namespace caloforge::sample {

/// How one number of a condition goes from sample to sample of a run: a value, a range, uniform in the number
/// or in its logarithm, or a list. What a sample gets is a function of its key. Thread-safe.
class Distribution {
  public:
    enum class Kind {
        uniform,      ///< between low and high; a value where they are equal
        log_uniform,  ///< the same of the logarithm
        in_turn,      ///< entry number % size of the list
        evenly        ///< an entry of the list, each as likely
    };

    static Distribution value(double value) { return range(value, value); }
    static Distribution range(double low, double high) { return Distribution(Kind::uniform, {low, high}); }
    static Distribution log_range(double low, double high) {
        return Distribution(Kind::log_uniform, {low, high});
    }
    static Distribution in_turn(std::vector<double> list) {
        return Distribution(Kind::in_turn, std::move(list));
    }
    static Distribution evenly(std::vector<double> list) {
        return Distribution(Kind::evenly, std::move(list));
    }

    /// "50", "10:500" (uniform), "log:1:500" or "50,100,200" (in turn). Throws InputError saying what is
    /// wrong with which word; the numbers must be finite, those of a logarithmic range positive.
    static Distribution parse(const std::string& text);

    /// The same of every number times `factor`, which is positive: another unit.
    Distribution scaled(double factor) const;

    Kind kind() const { return kind_; }
    double low() const { return low_; }
    double high() const { return high_; }
    /// Its entries; empty for a range.
    const std::vector<double>& list() const { return list_; }
    /// Of the sample `key`; `element` tells numbers of one stream (core/Random.hh) apart.
    double draw(const Key& key, std::uint32_t stream, std::uint32_t element = 0) const;

  private:
    Distribution(Kind kind, std::vector<double> numbers);

    Kind kind_;
    std::vector<double> list_;  ///< empty for a range
    double low_ = 0;
    double high_ = 0;
};

}  // namespace caloforge::sample
