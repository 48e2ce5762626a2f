#include "sample/Packing.hh"

#include <cstdint>
#include <cstring>
#include <stdexcept>

namespace caloforge::sample {
namespace {

template <class T>
void put_list(std::string& out, const T& list) {
    const std::uint64_t size = list.size();
    out.append(reinterpret_cast<const char*>(&size), sizeof size);
    out.append(reinterpret_cast<const char*>(list.data()), size * sizeof(typename T::value_type));
}

void take_bytes(std::string_view& from, void* to, std::size_t size) {
    if (size > from.size()) throw std::logic_error("a message that ends too early");
    if (size > 0) std::memcpy(to, from.data(), size);
    from.remove_prefix(size);
}

template <class T>
void take_list(std::string_view& from, T& list) {
    constexpr std::size_t each = sizeof(typename T::value_type);
    std::uint64_t size = 0;
    take_bytes(from, &size, sizeof size);
    if (size > from.size() / each) throw std::logic_error("a message that ends too early");
    list.resize(size);
    take_bytes(from, list.data(), size * each);
}

}  // namespace

void put(std::string& out, const std::vector<float>& values) {
    put_list(out, values);
}
void put(std::string& out, const std::vector<double>& values) {
    put_list(out, values);
}

void put(std::string& out, const Columns& columns) {
    put_list(out, std::vector<std::uint64_t>{columns.rows(), columns.fields().size()});
    for (const Field& field : columns.fields()) {
        put_list(out, field.name);
        put_list(out, field.shape);
        put_list(out, field.unit);
        const auto values = columns.values(field.name);
        put_list(out, values);
    }
}

void take(std::string_view& from, std::vector<float>& values) {
    take_list(from, values);
}
void take(std::string_view& from, std::vector<double>& values) {
    take_list(from, values);
}

void take(std::string_view& from, Columns& columns) {
    std::vector<std::uint64_t> head;
    take_list(from, head);
    columns = Columns(head.at(0));
    for (std::uint64_t i = 0; i < head.at(1); ++i) {
        Field field;
        std::vector<float> values;
        take_list(from, field.name);
        take_list(from, field.shape);
        take_list(from, field.unit);
        take_list(from, values);
        columns.add(std::move(field), std::move(values));
    }
}

}  // namespace caloforge::sample
