#pragma once

#include <cstdint>

#include "engine/cuda/Chain.hh"
#include "engine/cuda/Place.hh"

namespace caloforge::engine::cuda {

// What kernels do for one item and one row: the operations of graph/Operation.hh but for the large ones
// (DenseBody.hh, ConvolutionBody.hh) and the random ones (NoiseBodies.hh). `in`, `out`: first elements of an
// operation's input and output among a row's values; an item is an element of the output unless said
// otherwise.

/// A port of the network.
struct InputBody {
    std::uint32_t before = 0;  ///< elements of the inputs before this one
    std::uint32_t elements = 0;
    std::uint32_t out = 0;
    Chain after;

    CALOFORGE_HOST_DEVICE void operator()(const Place& place, std::uint32_t item) const {
        const float* port = place.given + static_cast<std::uint64_t>(before) * place.rows;
        const float x = port[static_cast<std::uint64_t>(place.row) * elements + item];
        place.at(out + item) = through(after, place, item, x);
    }
};

struct ConstantBody {
    Table<float> values;
    std::uint32_t out = 0;
    Chain after;

    CALOFORGE_HOST_DEVICE void operator()(const Place& place, std::uint32_t item) const {
        place.at(out + item) = through(after, place, item, place[values][item]);
    }
};

/// Also what pads, repeats, puts together and mixes: `index` counts from `in`, -1 is zero.
struct GatherBody {
    Table<std::int32_t> index;
    std::uint32_t in = 0;
    std::uint32_t out = 0;
    Chain after;

    CALOFORGE_HOST_DEVICE void operator()(const Place& place, std::uint32_t item) const {
        const std::int32_t from = place[index][item];
        const float x = from < 0 ? 0.0F : place.at(in + static_cast<std::uint32_t>(from));
        place.at(out + item) = through(after, place, item, x);
    }
};

/// graph::Move.
struct MoveBody {
    std::int32_t from_x = 1, from_y = 1, to_x = 1, to_y = 1;
    std::int32_t low_x = 0, low_y = 0;
    std::uint32_t in = 0;
    std::uint32_t by = 0;  ///< the two numbers
    std::uint32_t out = 0;
    Chain after;

    CALOFORGE_HOST_DEVICE static std::int32_t whole(float by) {
        constexpr std::int32_t far = 1 << 20;
        return fabsf(by) < static_cast<float>(far) ? static_cast<std::int32_t>(floorf(by + 0.5F)) : 2 * far;
    }

    CALOFORGE_HOST_DEVICE void operator()(const Place& place, std::uint32_t item) const {
        const auto at = static_cast<std::int32_t>(item);
        const std::int32_t y = at % to_y - low_y - whole(place.at(by + 1));
        const std::int32_t x = at / to_y % to_x - low_x - whole(place.at(by));
        const std::int32_t c = at / to_y / to_x;
        const bool inside = x >= 0 && x < from_x && y >= 0 && y < from_y;
        const auto element = static_cast<std::uint32_t>(inside ? (c * from_x + x) * from_y + y : 0);
        place.at(out + item) = through(after, place, item, inside ? place.at(in + element) : 0.0F);
    }
};

/// The element that a number names: graph::named_element().
CALOFORGE_HOST_DEVICE inline std::int32_t named_element(float number, std::uint32_t count) {
    constexpr float most = 2147483520.0F;
    if (!(number > -1.0F && number < most)) return -1;
    const float nearest = floorf(number + 0.5F);
    return nearest < static_cast<float>(count) ? static_cast<std::int32_t>(nearest) : -1;
}

/// graph::Lookup.
struct LookupBody {
    std::uint32_t table = 0;
    std::uint32_t index = 0;
    std::uint32_t out = 0;
    std::uint32_t count = 0;  ///< of the table
    Chain after;

    CALOFORGE_HOST_DEVICE void operator()(const Place& place, std::uint32_t item) const {
        const std::int32_t from = named_element(place.at(index + item), count);
        const float value = from < 0 ? 0.0F : place.at(table + static_cast<std::uint32_t>(from));
        place.at(out + item) = through(after, place, item, value);
    }
};

/// graph::Scatter, behind what it adds onto: one item, since the order of a row's additions is part of the
/// result.
struct ScatterBody {
    std::uint32_t values = 0;
    std::uint32_t index = 0;
    std::uint32_t out = 0;
    std::uint32_t count = 0;     ///< of the values
    std::uint32_t elements = 0;  ///< of the output

    CALOFORGE_HOST_DEVICE void operator()(const Place& place, std::uint32_t) const {
        for (std::uint32_t i = 0; i < count; ++i) {
            const std::int32_t to = named_element(place.at(index + i), elements);
            if (to >= 0) place.at(out + static_cast<std::uint32_t>(to)) += place.at(values + i);
        }
    }
};

/// As it is.
struct CopyBody {
    std::uint32_t in = 0;
    std::uint32_t out = 0;
    Chain after;

    CALOFORGE_HOST_DEVICE void operator()(const Place& place, std::uint32_t item) const {
        place.at(out + item) = through(after, place, item, place.at(in + item));
    }
};

/// Lists of elements (graph::Lists).
struct ListTables {
    Table<std::int32_t> elements;
    Table<std::int32_t> begins;
};

struct SumBody {
    ListTables lists;
    float scale = 1;
    std::uint32_t in = 0;
    std::uint32_t out = 0;
    Chain after;

    CALOFORGE_HOST_DEVICE void operator()(const Place& place, std::uint32_t item) const {
        const std::int32_t *elements = place[lists.elements], *begins = place[lists.begins];
        const std::int32_t end = begins[item + 1];
        float total = 0;
        CALOFORGE_UNROLL_8
        for (std::int32_t k = begins[item]; k < end; ++k)
            total += place.at(in + static_cast<std::uint32_t>(elements[k]));
        place.at(out + item) = through(after, place, item, total * scale);
    }
};

struct MaxBody {
    ListTables lists;
    std::uint32_t in = 0;
    std::uint32_t out = 0;
    Chain after;

    CALOFORGE_HOST_DEVICE void operator()(const Place& place, std::uint32_t item) const {
        const std::int32_t *elements = place[lists.elements], *begins = place[lists.begins];
        const std::int32_t begin = begins[item], end = begins[item + 1];
        float largest = place.at(in + static_cast<std::uint32_t>(elements[begin]));
        CALOFORGE_UNROLL_8
        for (std::int32_t k = begin; k < end; ++k) {
            const float x = place.at(in + static_cast<std::uint32_t>(elements[k]));
            if (x > largest || x != x) largest = x;
        }
        place.at(out + item) = through(after, place, item, largest);
    }
};

/// An item is a list.
struct SoftmaxBody {
    ListTables lists;
    std::uint32_t in = 0;
    std::uint32_t out = 0;
    Chain after;

    CALOFORGE_HOST_DEVICE void operator()(const Place& place, std::uint32_t item) const {
        const std::int32_t *elements = place[lists.elements], *begins = place[lists.begins];
        const std::int32_t begin = begins[item], end = begins[item + 1];
        float largest = place.at(in + static_cast<std::uint32_t>(elements[begin])), sum = 0;
        CALOFORGE_UNROLL_8
        for (std::int32_t k = begin; k < end; ++k)
            largest = fmaxf(largest, place.at(in + static_cast<std::uint32_t>(elements[k])));
        CALOFORGE_UNROLL_8
        for (std::int32_t k = begin; k < end; ++k)
            sum += expf(place.at(in + static_cast<std::uint32_t>(elements[k])) - largest);
        // The exponentials once more: cheaper than to write and read them.
        for (std::int32_t k = begin; k < end; ++k) {
            const auto element = static_cast<std::uint32_t>(elements[k]);
            const float x = expf(place.at(in + element) - largest) / sum;
            place.at(out + element) = through(after, place, element, x);
        }
    }
};

/// Which elements of two inputs meet: by tables, or every `step`-th one.
struct PairTables {
    bool listed = false;
    Table<std::int32_t> first;
    Table<std::int32_t> second;
    std::uint32_t step_a = 1;
    std::uint32_t step_b = 1;
    std::uint32_t a = 0;  ///< first elements of the two inputs
    std::uint32_t b = 0;

    CALOFORGE_HOST_DEVICE float first_of(const Place& place, std::uint32_t k) const {
        return place.at(a + (listed ? static_cast<std::uint32_t>(place[first][k]) : k * step_a));
    }
    CALOFORGE_HOST_DEVICE float second_of(const Place& place, std::uint32_t k) const {
        return place.at(b + (listed ? static_cast<std::uint32_t>(place[second][k]) : k * step_b));
    }
};

struct AddBody {
    PairTables pairs;
    std::uint32_t out = 0;
    Chain after;

    CALOFORGE_HOST_DEVICE void operator()(const Place& place, std::uint32_t item) const {
        const float x = pairs.first_of(place, item) + pairs.second_of(place, item);
        place.at(out + item) = through(after, place, item, x);
    }
};

struct MultiplyBody {
    PairTables pairs;
    std::uint32_t out = 0;
    Chain after;

    CALOFORGE_HOST_DEVICE void operator()(const Place& place, std::uint32_t item) const {
        const float x = pairs.first_of(place, item) * pairs.second_of(place, item);
        place.at(out + item) = through(after, place, item, x);
    }
};

struct SumOfProductsBody {
    PairTables pairs;
    Table<std::int32_t> begins;
    float scale = 1;
    std::uint32_t out = 0;
    Chain after;

    CALOFORGE_HOST_DEVICE void operator()(const Place& place, std::uint32_t item) const {
        const std::int32_t end = place[begins][item + 1];
        float total = 0;
        CALOFORGE_UNROLL_8
        for (std::int32_t k = place[begins][item]; k < end; ++k) {
            const auto pair = static_cast<std::uint32_t>(k);
            total += pairs.first_of(place, pair) * pairs.second_of(place, pair);
        }
        place.at(out + item) = through(after, place, item, total * scale);
    }
};

}  // namespace caloforge::engine::cuda
