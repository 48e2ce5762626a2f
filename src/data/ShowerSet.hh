#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "data/ShowerFile.hh"

namespace caloforge::data {

/// What a selection asks of a condition: values within a range, ends included, or one of some.
struct ConditionCut {
    std::string condition;    ///< "direction"
    std::size_t element = 0;  ///< which number of it
    double low = 0, high = 0;
    std::vector<double> values = {};  ///< where there are any, in place of the range
    std::string text = {};            ///< for messages: "theta from 0 to 10 degrees"
};

/// Several shower files of one layout and read-out, numbered through. Only sizes are held; the files are
/// opened when read.
class ShowerSet {
  public:
    /// Consecutive showers of one file: all of it, unless the set is a part of another.
    struct Shard {
        std::filesystem::path path;
        std::size_t first = 0;  ///< number of its first shower in the set
        std::size_t size = 0;   ///< showers of the set, which may be fewer than the file holds
        std::size_t skip = 0;   ///< showers of the file before its first
        /// Numbers in the file, ascending, of a selection; empty: all that follow its first.
        std::vector<std::uint32_t> chosen = {};
    };

    /// Opens every file once. Throws InputError naming the file whose cells or layout differ from those of
    /// the first one, or when the set is empty.
    static ShowerSet open(const std::vector<std::filesystem::path>& paths, ReadOptions options = {});
    static ShowerSet glob(const std::vector<std::string>& patterns, ReadOptions options = {});

    const std::vector<Shard>& shards() const { return shards_; }
    /// Of different names.
    std::size_t files() const;
    const geometry::Readout& readout() const { return readout_; }
    /// What every file says of how its showers were made; of what only some say, batches hold nothing.
    const sample::Fields& conditions() const { return conditions_; }
    Layout layout() const { return layout_; }
    const ReadOptions& options() const { return options_; }
    std::size_t size() const { return size_; }
    /// Showers of each shard, in order, as text: what ranks that read the same set agree on.
    std::string sizes() const;
    /// Hash over every file's name-independent content summary (sizes, shapes, incident energies, shower
    /// sums): tells two data sets apart. Reads the whole set once.
    std::string fingerprint() const;

    struct Parts;
    /// Takes `held_out` of the showers out, at most all but one: from the end of equal stretches of the set,
    /// so that what is taken is spread over all files and over each of them. The same for the same sizes.
    Parts split(std::size_t held_out) const;
    /// The showers that keep every cut, numbered anew. Reads those conditions alone. Throws InputError when a
    /// file does not say one, and when no shower is left.
    ShowerSet select(const std::vector<ConditionCut>& cuts) const;
    /// Of a condition that every file says, all showers' values: (N, shape...).
    std::vector<float> read_condition(const std::string& condition) const;
    /// One shower alone.
    void read(std::size_t shower, ShowerBatch& batch) const;

    /// The different values of a condition of one number that every file says, ascending, at most `most`;
    /// empty for others. Reads that condition alone.
    std::vector<float> values_of(const std::string& condition, std::size_t most) const;

    /// Calls visit(batch, number of the batch's first shower) for consecutive batches of at most `batch_size`
    /// showers, in order.
    template <class Visit>
    void for_each_batch(std::size_t batch_size, Visit&& visit) const {
        for_each_batch(0, size_, batch_size, std::forward<Visit>(visit));
    }
    /// The same for showers [first, last) of the set; other files are not opened.
    template <class Visit>
    void for_each_batch(std::size_t first, std::size_t last, std::size_t batch_size, Visit&& visit) const {
        ShowerBatch batch;
        for (const Shard& shard : shards_) {
            const std::size_t begin = std::max(first, shard.first),
                              end = std::min(last, shard.first + shard.size);
            if (begin >= end) continue;
            ShowerFile file(shard.path, options_);
            for (std::size_t i = begin; i < end; i += batch.size()) {
                read(shard, file, i - shard.first, std::min(batch_size, end - i), batch);
                keep_common(batch);
                visit(static_cast<const ShowerBatch&>(batch), i);
            }
        }
    }

    /// Leaves what is in conditions() alone.
    void keep_common(ShowerBatch& batch) const;

  private:
    /// Adds showers [first, last) of `whole`.
    void add_part(const ShowerSet& whole, std::size_t first, std::size_t last);
    /// One or more showers of a shard from number `first` on: at most `most`, and no more than lie among so
    /// many of the file.
    static void read(const Shard& shard, ShowerFile& file, std::size_t first, std::size_t most,
                     ShowerBatch& batch);

    std::vector<Shard> shards_;
    geometry::Readout readout_;
    sample::Fields conditions_;
    Layout layout_ = Layout::fixed_angle;
    ReadOptions options_;
    std::size_t size_ = 0;
};

struct ShowerSet::Parts {
    ShowerSet rest, held_out;
};

}  // namespace caloforge::data
