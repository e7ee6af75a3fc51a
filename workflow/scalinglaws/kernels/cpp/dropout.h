// Dropout without a stored mask: whether an element is kept is a hash of its index and a seed.
#pragma once

#include "simd.h"

// 32 well-mixed bits of 32 (Wellons' lowbias32); W is an unsigned integer or a vector of them.
template <class W>
inline W mixed(W bits) {
    bits = (bits ^ (bits >> 16)) * 0x7feb352dU;
    bits = (bits ^ (bits >> 15)) * 0x846ca68bU;
    return bits ^ (bits >> 16);
}

template <class T>
class Dropout {
  public:
    Dropout(double probability, uint64_t seed)
        : active(probability > 0),
          seed_(mixed(static_cast<uint32_t>(seed)) ^ mixed(static_cast<uint32_t>(seed >> 32) + 1U)),
          threshold_(static_cast<uint32_t>(probability * 4294967296.0)),
          gain_(static_cast<T>(1 / (1 - probability))) {}

    // Another mask of the same kind, for part `part` of a tensor.
    Dropout part(uint32_t part) const {
        Dropout other = *this;
        other.seed_ = mixed(seed_ + mixed(part + 0x9e3779b9U));
        return other;
    }

    // 1 / (1 - p) where element first + lane * stride is kept, else 0.
    Vec<T> gain(Size first, Size stride) const {
        Words index;
        for (Size lane = 0; lane < kLanes<T>; ++lane) index[lane] = static_cast<uint32_t>(lane);
        index = index * (static_cast<uint32_t>(stride) * spread) +
                (static_cast<uint32_t>(first) * spread + seed_);
        const Mask kept = mixed<Words>(index) >= threshold_;
        return __builtin_convertvector(kept, Vec<T>) * -gain_;  // true is -1
    }

    // The same for one element.
    T gain_of(Size index) const {
        return mixed(static_cast<uint32_t>(index) * spread + seed_) >= threshold_ ? gain_ : T(0);
    }

    // A turned chunk [d][width] whose rows begin at row `first`, times its mask; no-op without p.
    void apply(T* turned, Size first, Size d, Size width) const {
        if (!active) return;
        for (Size c = 0; c < d; ++c)
            for (Size r = 0; r < width; r += kLanes<T>)
                at(turned + c * width + r) *= gain((first + r) * d + c, d);
    }

    const bool active;

  private:
    static constexpr uint32_t spread = 0x9e3779b9U;  // odd, so that indices stay apart
    typedef typename VectorOf<uint32_t, static_cast<int>(kLanes<T> * 4)>::type Words;
    typedef typename VectorOf<int32_t, static_cast<int>(kLanes<T> * 4)>::type Mask;
    uint32_t seed_, threshold_;
    T gain_;
};
