#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <vector>

#include "data/EpochOrder.hh"
#include "data/ShowerLoader.hh"

namespace caloforge::data {

/// Reads the showers of a rank in the order of its epochs and shuffles them in bounded memory. A window of
/// `shuffle_window` showers is held whole and handed out in shuffled order; the places that fall free take up
/// the next window meanwhile, so that reading never waits for a window to end. One thread at a time.
class ShuffleBuffer {
  public:
    /// Asked between reads; false abandons the work.
    using GoOn = std::function<bool()>;

    ShuffleBuffer(ShowerSet set, LoaderOptions options, ShowerLoader::Position start);

    /// The next batch into `batch`; false when abandoned.
    bool next(ShowerBatch& batch, const GoOn& go_on);
    /// Fills the places that fell free.
    void read_ahead(const GoOn& go_on);

    /// Showers held now, and at most.
    std::size_t held() const { return capacity_ - free_.size(); }
    std::size_t capacity() const { return capacity_; }

  private:
    static constexpr std::uint32_t no_place = 0xFFFFFFFF;

    struct Window {
        std::vector<EpochOrder::Piece> pieces;  ///< where its showers lie
        std::size_t next_piece = 0;
        std::size_t loaded = 0;             ///< showers behind the pieces that were read
        std::vector<std::uint32_t> order;   ///< permutation of its showers
        std::size_t emitted = 0;            ///< elements of `order` that were handed out
        std::vector<std::uint32_t> places;  ///< where each shower is held
        bool complete() const { return next_piece == pieces.size(); }
    };

    void open_window();
    bool complete_front(const GoOn& go_on);
    void read_piece(Window& window);
    ShowerFile& file(std::size_t shard);
    void hand_out(std::uint32_t place, ShowerBatch& batch, std::size_t row);

    ShowerSet set_;
    LoaderOptions options_;
    std::uint64_t epoch_;
    std::size_t position_;  ///< where the next window to be opened begins in the epoch
    std::size_t skip_;      ///< showers of the first window that were handed out before the start
    EpochOrder order_;
    std::deque<Window> windows_;  ///< the one being handed out and, behind it, the one being filled

    std::size_t capacity_;
    std::vector<std::uint32_t> free_;
    std::vector<float> cells_;                             ///< (place, cells of the read-out), GeV
    sample::Columns conditions_;                           ///< (place)
    ShowerBatch read_;                                     ///< the piece read last
    std::list<std::pair<std::size_t, ShowerFile>> files_;  ///< by shard, the one used last in front
};

}  // namespace caloforge::data
